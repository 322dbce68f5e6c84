//! How deep blocks and functions nest: looked at before a text is parsed, because parsers recurse.

use cssparser::{Parser, Token};

use super::values::{Res, bad};
use crate::diag::{Diagnostic, Span};
use crate::limits::CSS_NESTING;

/// Where a text nests more than [`CSS_NESTING`] blocks and functions, by byte offset.
pub fn too_deep(text: &str) -> Option<usize> {
    let openers = text.bytes().filter(|b| matches!(b, b'(' | b'[' | b'{'));
    if openers.take(CSS_NESTING + 1).count() <= CSS_NESTING {
        return None;
    }
    let mut at = None;
    // What went wrong is in `at`.
    let _ = walk(&mut Parser::new(text), CSS_NESTING, &mut at);
    at
}

fn walk(p: &mut Parser, room: usize, at: &mut Option<usize>) -> Res<()> {
    loop {
        let start = p.position();
        let block = match p.next_including_whitespace_and_comments() {
            Ok(token) => matches!(
                token,
                Token::Function(_)
                    | Token::ParenthesisBlock
                    | Token::SquareBracketBlock
                    | Token::CurlyBracketBlock
            ),
            Err(_) => return Ok(()),
        };
        if !block {
            continue;
        }
        if room == 0 {
            *at = Some(start.byte_index());
            return bad();
        }
        p.parse_nested_block(|p| walk(p, room - 1, at))?;
    }
}

/// The finding for such a text.
pub fn error(span: Span) -> Diagnostic {
    let message = format!("blocks and functions nest more than {CSS_NESTING} deep");
    Diagnostic::error("css-too-deep", message)
        .at(span)
        .help("close the block before, or write the value in fewer steps")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_is_that_of_the_first_block_beyond_the_limit() {
        let nested = |n: usize| format!("a {}1{}", "(".repeat(n), ")".repeat(n));
        assert_eq!(too_deep(&nested(CSS_NESTING)), None);
        assert_eq!(too_deep(&nested(CSS_NESTING + 1)), Some(2 + CSS_NESTING));
        assert_eq!(too_deep(&format!("\"{}\"", "(".repeat(99))), None);
    }
}
