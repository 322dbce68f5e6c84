//! Pictures in cells: what differs between two of them, without the edges of letters and lines.

use std::fmt;
use std::io::Cursor;

use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{ExtendedColorType, ImageEncoder, ImageFormat};

/// Cells are squares of so many pixels: small enough that a lost line shows in one, large enough that
/// it matters little how its edge is smoothed.
const CELL: usize = 5;

/// An opaque picture.
pub struct Picture {
    width: usize,
    height: usize,
    /// Red, green, blue.
    samples: Vec<u8>,
}

/// How far two pictures are apart, of 0 to 255.
pub struct Apart {
    /// The mean over all cells.
    pub mean: f32,
    /// The most of any cell.
    pub largest: f32,
    /// The left upper corner of that cell, in pixels.
    at: (usize, usize),
}

impl fmt::Display for Apart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (x, y) = self.at;
        write!(f, "mean {:.2}, largest {:.1} at {x},{y}", self.mean, self.largest)
    }
}

impl Picture {
    /// A picture from PNG.
    pub fn decode(png: &[u8]) -> Picture {
        let decoded = image::load_from_memory_with_format(png, ImageFormat::Png).expect("a PNG");
        let rgb = decoded.to_rgb8();
        let (width, height) = (rgb.width() as usize, rgb.height() as usize);
        Picture { width, height, samples: rgb.into_raw() }
    }

    /// The picture as a small PNG.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Cursor::new(Vec::new());
        let (width, height) = (self.width as u32, self.height as u32);
        PngEncoder::new_with_quality(&mut out, CompressionType::Best, FilterType::Adaptive)
            .write_image(&self.samples, width, height, ExtendedColorType::Rgb8)
            .expect("a PNG");
        out.into_inner()
    }

    /// How far this picture is from another, which may lie up to a pixel beside it in each cell; all
    /// of it if they are not of one size.
    pub fn apart(&self, other: &Picture) -> Apart {
        if (self.width, self.height) != (other.width, other.height) {
            return Apart { mean: 255.0, largest: 255.0, at: (0, 0) };
        }
        let (columns, rows) = (self.width / CELL, self.height / CELL);
        let mut apart = Apart { mean: 0.0, largest: 0.0, at: (0, 0) };
        for row in 0..rows {
            for column in 0..columns {
                let at = (column * CELL, row * CELL);
                let one = self.cell(at);
                let most = other
                    .around(at)
                    .map(|at| difference(one, other.cell(at)))
                    .fold(f32::INFINITY, f32::min);
                apart.mean += most / (columns * rows) as f32;
                if most > apart.largest {
                    (apart.largest, apart.at) = (most, at);
                }
            }
        }
        apart
    }

    /// The places up to a pixel from the corner of a cell.
    fn around(&self, (x, y): (usize, usize)) -> impl Iterator<Item = (usize, usize)> {
        let near = |at: usize, room: usize| at.saturating_sub(1)..=(at + 1).min(room - CELL);
        let columns = near(x, self.width);
        near(y, self.height).flat_map(move |y| columns.clone().map(move |x| (x, y)))
    }

    /// The mean colour of a cell.
    fn cell(&self, (left, top): (usize, usize)) -> [f32; 3] {
        let mut sum = [0.0f32; 3];
        for y in top..top + CELL {
            for x in left..left + CELL {
                for (channel, sum) in sum.iter_mut().enumerate() {
                    *sum += f32::from(self.samples[(y * self.width + x) * 3 + channel]);
                }
            }
        }
        sum.map(|s| s / (CELL * CELL) as f32)
    }
}

/// The largest difference of red, green and blue.
fn difference(one: [f32; 3], two: [f32; 3]) -> f32 {
    one.iter().zip(two).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}
