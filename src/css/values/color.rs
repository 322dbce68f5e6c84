//! Colours (CSS Color 4, `device-cmyk()` of CSS Color 5).

use cssparser::color::{parse_hash_color, parse_named_color};
use cssparser::{Parser, Token};

use super::length::Surroundings;
use super::{Context, Res, bad, number};
use crate::geom::Color;

/// A specified colour.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ColorSpec {
    /// `currentColor`.
    Current,
    /// A colour.
    Value(Color),
}

impl ColorSpec {
    /// The computed value.
    pub fn compute(&self, at: &Surroundings) -> Color {
        match self {
            ColorSpec::Current => at.color,
            ColorSpec::Value(color) => *color,
        }
    }
}

/// A colour.
pub fn color(cx: &Context, p: &mut Parser) -> Res<ColorSpec> {
    let result = p.try_parse(|p| match *p.next()? {
        Token::Hash(ref hex) | Token::IDHash(ref hex) => match parse_hash_color(hex.as_bytes()) {
            Ok((r, g, b, a)) => Ok(ColorSpec::Value(Color::from_rgb8(r, g, b).with_alpha(a))),
            Err(()) => bad(),
        },
        Token::Ident(ref name) => named(name),
        Token::Function(ref name) => {
            let name = name.clone();
            p.parse_nested_block(|p| function(cx, p, &name)).map(ColorSpec::Value)
        }
        _ => bad(),
    });
    if result.is_err() {
        cx.expect(p, ["currentcolor", "transparent"]);
        cx.expect(p, cssparser::color::all_named_colors().map(|(name, _)| name));
    }
    result
}

fn named(name: &str) -> Res<ColorSpec> {
    if name.eq_ignore_ascii_case("currentcolor") {
        return Ok(ColorSpec::Current);
    }
    if name.eq_ignore_ascii_case("transparent") {
        return Ok(ColorSpec::Value(Color::TRANSPARENT));
    }
    match parse_named_color(name) {
        Ok((r, g, b)) => Ok(ColorSpec::Value(Color::from_rgb8(r, g, b))),
        Err(()) => bad(),
    }
}

fn function(cx: &Context, p: &mut Parser, name: &str) -> Res<Color> {
    cssparser::match_ignore_ascii_case! { name,
        "rgb" | "rgba" => {
            let ([r, g, b], a) = channels(cx, p, [255.0; 3])?;
            Ok(Color::Rgb { r, g, b, a })
        },
        "hsl" | "hsla" => {
            let (h, [s, l], a) = hue_and_two(cx, p)?;
            let [r, g, b] = hsl_to_rgb(h, s, l);
            Ok(Color::Rgb { r, g, b, a })
        },
        "hwb" => {
            let (h, [w, b], a) = hue_and_two(cx, p)?;
            let [r, g, b] = hwb_to_rgb(h, w, b);
            Ok(Color::Rgb { r, g, b, a })
        },
        "device-cmyk" => {
            let ([c, m, y, k], a) = channels(cx, p, [1.0; 4])?;
            Ok(Color::Cmyk { c, m, y, k, a })
        },
        _ => bad(),
    }
}

/// N channels in modern (`1 2 3 / a`) or legacy (`1, 2, 3, a`) syntax, as fractions of `full`.
fn channels<const N: usize>(cx: &Context, p: &mut Parser, full: [f32; N]) -> Res<([f32; N], f32)> {
    let mut out = [0.0; N];
    let mut legacy = false;
    for i in 0..N {
        if i == 1 {
            legacy = p.try_parse(|p| p.expect_comma()).is_ok();
        } else if i > 1 && legacy {
            p.expect_comma()?;
        }
        out[i] = channel(cx, p, full[i])?.clamp(0.0, 1.0);
    }
    Ok((out, alpha(cx, p, legacy)?))
}

fn channel(cx: &Context, p: &mut Parser, full: f32) -> Res<f32> {
    if let Ok(fraction) = p.try_parse(|p| super::percentage(cx, p)) {
        return Ok(fraction);
    }
    if p.try_parse(|p| p.expect_ident_matching("none")).is_ok() {
        return Ok(0.0);
    }
    number(cx, p).map(|n| n / full)
}

fn alpha(cx: &Context, p: &mut Parser, legacy: bool) -> Res<f32> {
    let given = if legacy {
        p.try_parse(|p| p.expect_comma()).is_ok()
    } else {
        p.try_parse(|p| p.expect_delim('/')).is_ok()
    };
    if given { channel(cx, p, 1.0).map(|a| a.clamp(0.0, 1.0)) } else { Ok(1.0) }
}

/// A hue in turns, and two percentages.
fn hue_and_two(cx: &Context, p: &mut Parser) -> Res<(f32, [f32; 2], f32)> {
    let hue = match p.try_parse(|p| super::angle(cx, p)) {
        Ok(angle) => angle / std::f32::consts::TAU,
        Err(_) => channel(cx, p, 360.0)?,
    };
    let legacy = p.try_parse(|p| p.expect_comma()).is_ok();
    let first = channel(cx, p, 100.0)?.clamp(0.0, 1.0);
    if legacy {
        p.expect_comma()?;
    }
    let second = channel(cx, p, 100.0)?.clamp(0.0, 1.0);
    Ok((hue.rem_euclid(1.0), [first, second], alpha(cx, p, legacy)?))
}

/// CSS Color 4 §7.1.
fn hsl_to_rgb(hue: f32, saturation: f32, lightness: f32) -> [f32; 3] {
    [0.0, 8.0, 4.0].map(|n| {
        let k = (n + hue * 12.0) % 12.0;
        let a = saturation * lightness.min(1.0 - lightness);
        lightness - a * (k - 3.0).min(9.0 - k).clamp(-1.0, 1.0)
    })
}

/// CSS Color 4 §8.1.
fn hwb_to_rgb(hue: f32, white: f32, black: f32) -> [f32; 3] {
    if white + black >= 1.0 {
        return [white / (white + black); 3];
    }
    hsl_to_rgb(hue, 1.0, 0.5).map(|c| c * (1.0 - white - black) + white)
}
