//! A CMYK profile for tests: valid and small, of no printing condition that there is.

/// An output profile of version 2 from CMYK to Lab and back, with tables of two steps (ICC.1:2001 §6.3.2).
pub fn cmyk() -> Vec<u8> {
    profile(b"prtr", b"CMYK")
}

/// A profile of a class and a colour space; its tables are those of CMYK.
pub fn profile(class: &[u8; 4], space: &[u8; 4]) -> Vec<u8> {
    let to_lab = table(4, 3, |ink| {
        let [c, m, y, k] = [0, 1, 2, 3].map(|i| f64::from(u8::from(ink[i])));
        let light = (1.0 - k) * (1.0 - 0.3 * c - 0.4 * m - 0.1 * y);
        let a = (1.0 - k) * (70.0 * m - 35.0 * c - 5.0 * y);
        let b = (1.0 - k) * (80.0 * y - 45.0 * c - 5.0 * m);
        vec![light.max(0.0) * 255.0, a + 128.0, b + 128.0]
    });
    let from_lab = table(3, 4, |lab| vec![0.0, 0.0, 0.0, if lab[0] { 0.0 } else { 255.0 }]);
    let gamut = table(3, 1, |_| vec![0.0]);
    let white: Vec<u8> = [*b"XYZ ", [0; 4]]
        .into_iter()
        .chain([0xf6d6_u32, 0x1_0000, 0xd32d].map(u32::to_be_bytes))
        .flatten()
        .collect();
    let tags: [(&[u8; 4], &[u8]); 10] = [
        (b"desc", &description("Urkunde test inks")),
        (b"cprt", &text("CC0 1.0")),
        (b"wtpt", &white),
        (b"A2B0", &to_lab),
        (b"A2B1", &to_lab),
        (b"A2B2", &to_lab),
        (b"B2A0", &from_lab),
        (b"B2A1", &from_lab),
        (b"B2A2", &from_lab),
        (b"gamt", &gamut),
    ];
    let mut list = (tags.len() as u32).to_be_bytes().to_vec();
    let mut data: Vec<u8> = Vec::new();
    let begin = 128 + 4 + tags.len() * 12;
    for (name, bytes) in tags {
        list.extend_from_slice(name);
        list.extend(((begin + data.len()) as u32).to_be_bytes());
        list.extend((bytes.len() as u32).to_be_bytes());
        data.extend_from_slice(bytes);
        data.resize(data.len().next_multiple_of(4), 0);
    }
    let mut header = vec![0; 128];
    let mut put = |at: usize, bytes: &[u8]| header[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, &((begin + data.len()) as u32).to_be_bytes());
    put(8, &[2, 0x10]);
    put(12, class);
    put(16, space);
    put(20, b"Lab ");
    // The first day of 2024.
    put(24, &[7, 232, 0, 1, 0, 1]);
    put(36, b"acsp");
    for (at, value) in [(68, 0xf6d6_u32), (72, 0x1_0000), (76, 0xd32d)] {
        put(at, &value.to_be_bytes());
    }
    [header, list, data].concat()
}

/// `textDescriptionType`.
fn description(words: &str) -> Vec<u8> {
    let mut out = b"desc\0\0\0\0".to_vec();
    out.extend((words.len() as u32 + 1).to_be_bytes());
    out.extend_from_slice(words.as_bytes());
    // Its end, then no text in Unicode nor for ScriptCode.
    out.resize(out.len() + 1 + 8 + 3 + 67, 0);
    out
}

/// `textType`.
fn text(words: &str) -> Vec<u8> {
    [b"text\0\0\0\0", words.as_bytes(), b"\0"].concat()
}

/// `lut8Type` of straight curves and a grid of two steps: what stands at each of its corners.
fn table(from: usize, to: usize, corner: impl Fn(&[bool]) -> Vec<f64>) -> Vec<u8> {
    let mut out = b"mft1\0\0\0\0".to_vec();
    out.extend([from as u8, to as u8, 2, 0]);
    for at in 0..9 {
        let one: u32 = if at % 4 == 0 { 0x1_0000 } else { 0 };
        out.extend(one.to_be_bytes());
    }
    let straight = |count: usize| (0..count).flat_map(|_| 0..=255u8);
    out.extend(straight(from));
    for index in 0..1usize << from {
        let ends: Vec<bool> = (0..from).map(|i| index >> (from - 1 - i) & 1 == 1).collect();
        out.extend(corner(&ends).into_iter().map(|value| value.round() as u8));
    }
    out.extend(straight(to));
    out
}
