//! The program: see [`urkunde::cli`].

/// Documents are made of many small pieces that are let go together.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    urkunde::cli::run(std::env::args_os())
}
