//! The size an SVG document asks for, and what becomes of it in a box of another size
//! (SVG 2 §8.2 "The initial viewport", §8.6 `viewBox`, §8.7 `preserveAspectRatio`, §8.8).

use usvg::Tree;
use usvg::roxmltree::{Document, Node};

use super::super::{Intrinsic, Scaling};
use crate::diag::Diagnostic;
use crate::geom::{Px, Rect};

/// Natural dimensions: `width` and `height` where they are lengths, the ratio from both of them or
/// from the `viewBox`. <https://www.w3.org/TR/SVG2/coords.html#SizingSVGInCSS>
pub(super) fn intrinsic(root: Node<'_, '_>, tree: &Tree) -> Intrinsic {
    let width = is_absolute(root, "width").then(|| Px(tree.size().width()));
    let height = is_absolute(root, "height").then(|| Px(tree.size().height()));
    let both = width.zip(height).map(|(w, h)| w / h);
    let view_box = view_box(root).map(|[_, _, w, h]| w / h);
    Intrinsic { width, height, ratio: both.or(view_box) }
}

/// What a box of another size does to the picture; `inline` for an `svg` element of the page.
///
/// A picture with a size but without a `viewBox` gets one of that size, without a ratio to keep, as
/// browsers give it; an element of the page does not.
pub(super) fn scaling(root: Node<'_, '_>, tree: &Tree, inline: bool) -> Scaling {
    let Some([_, _, w, h]) = view_box(root) else {
        let sized = is_absolute(root, "width") && is_absolute(root, "height");
        return if sized && !inline { Scaling::Stretch } else { Scaling::Fixed };
    };
    let (width, height) = (tree.size().width(), tree.size().height());
    let mut words = root.attribute("preserveAspectRatio").unwrap_or("").split_ascii_whitespace();
    let place = words.next().unwrap_or("xMidYMid");
    if place == "none" {
        return Scaling::Stretch;
    }
    let slice = words.next() == Some("slice");
    let along = |least: &str, most: &str| {
        if place.contains(least) {
            0.0
        } else if place.contains(most) {
            1.0
        } else {
            0.5
        }
    };
    let align = (along("xMin", "xMax"), along("YMin", "YMax"));
    let (x, y) = (width / w, height / h);
    let scale = if slice { x.max(y) } else { x.min(y) };
    let (left, top) = ((width - w * scale) * align.0, (height - h * scale) * align.1);
    let rect = Rect::new(Px(left), Px(top), Px(w * scale), Px(h * scale));
    Scaling::View { rect, align, slice }
}

/// Warns of percentages of a viewport that has no size until the picture is placed.
pub(super) fn percentages(document: &Document<'_>, name: &str) -> Option<Diagnostic> {
    const LENGTHS: [&str; 12] =
        ["x", "y", "width", "height", "cx", "cy", "r", "rx", "ry", "x1", "x2", "y2"];
    let root = document.root_element();
    let sized = is_absolute(root, "width") && is_absolute(root, "height");
    if sized || view_box(root).is_some() {
        return None;
    }
    let relative = |node: Node<'_, '_>| {
        let server = |n: Node<'_, '_>| {
            n.tag_name().name().ends_with("Gradient")
                || matches!(n.tag_name().name(), "pattern" | "mask" | "filter")
        };
        node != root
            && LENGTHS.iter().any(|l| node.attribute(*l).is_some_and(|v| v.trim().ends_with('%')))
            && !node.ancestors().any(server)
    };
    document.descendants().any(relative).then(|| {
        Diagnostic::warning(
            "svg-percentages",
            format!("SVG `{name}` has percentages of a size that it does not give"),
        )
        .note("they are taken of 100 × 100 px")
        .help("give its root element a `viewBox`, or `width` and `height`")
    })
}

/// Whether a dimension of the root is a length of its own.
fn is_absolute(root: Node<'_, '_>, name: &str) -> bool {
    let value = root.attribute(name).map(str::trim).unwrap_or("");
    !value.is_empty() && !value.ends_with('%') && value != "auto"
}

/// The `viewBox`, of an extent.
fn view_box(root: Node<'_, '_>) -> Option<[f32; 4]> {
    let value = root.attribute("viewBox")?;
    let mut numbers = value
        .split(|c: char| c == ',' || c.is_ascii_whitespace())
        .filter(|n| !n.is_empty())
        .map(str::parse::<f32>);
    let mut next = || numbers.next()?.ok();
    let found = [next()?, next()?, next()?, next()?];
    (found[2] > 0.0 && found[3] > 0.0).then_some(found)
}
