//! Gives the program the digest of its own sources, `URKUNDE_REVISION`: a document made by another
//! program is made again, also while the version stays the same. The same sources have the same digest
//! on every machine.

use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let mut files = vec![PathBuf::from("Cargo.toml"), PathBuf::from("Cargo.lock")];
    for folder in ["src", "fonts"] {
        list(&root, Path::new(folder), &mut files)?;
        println!("cargo::rerun-if-changed={folder}");
    }
    println!("cargo::rerun-if-changed=Cargo.lock");
    files.sort();
    let mut digest = Digest::new();
    for file in files {
        // A package that was published may come without its lock file.
        let Ok(bytes) = fs::read(root.join(&file)) else { continue };
        digest.update(file.to_string_lossy().replace('\\', "/").as_bytes());
        digest.update(&bytes);
    }
    println!("cargo::rustc-env=URKUNDE_REVISION={:016x}", digest.0);
    Ok(())
}

fn list(root: &Path, folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(root.join(folder))? {
        let entry = entry?;
        let path = folder.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            list(root, &path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

/// FNV-1a, 64 bits, eight bytes a step, with the length of each part.
struct Digest(u64);

impl Digest {
    fn new() -> Digest {
        Digest(0xcbf2_9ce4_8422_2325)
    }

    fn word(&mut self, word: u64) {
        self.0 = (self.0 ^ word).wrapping_mul(0x0000_0100_0000_01b3);
        self.0 ^= self.0 >> 29;
    }

    fn update(&mut self, bytes: &[u8]) {
        self.word(bytes.len() as u64);
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.word(u64::from_le_bytes(word));
        }
    }
}
