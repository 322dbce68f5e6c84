//! The program: see [`urkunde::cli`].

fn main() -> std::process::ExitCode {
    urkunde::cli::run(std::env::args_os())
}
