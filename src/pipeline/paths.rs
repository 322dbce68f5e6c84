//! Addresses in pages and sheets → paths relative to the project's folder, never outside of it.

/// Resolves `address` against `folder` (relative to the project); one that begins with `/` counts
/// from the project's folder. The error says what is wrong, to follow the address in a message.
pub(super) fn resolve(address: &str, folder: &str) -> Result<String, &'static str> {
    let address = address.trim().split(['?', '#']).next().unwrap_or("");
    if address.is_empty() {
        return Err("is empty");
    }
    if let Some((scheme, _)) = address.split_once(':')
        && scheme.len() > 1
        && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
    {
        return Err("is not a file below the project's folder");
    }
    let folder = if address.starts_with('/') { "" } else { folder };
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(address.split('/')) {
        match part {
            "" | "." => (),
            ".." => {
                parts.pop().ok_or("lies outside the project's folder")?;
            }
            part => parts.push(part),
        }
    }
    Ok(parts.join("/"))
}

/// The folder of a path, relative to the project.
pub(super) fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_stay_in_the_project() {
        assert_eq!(resolve("../base.css", "templates/letter").as_deref(), Ok("templates/base.css"));
        assert_eq!(resolve("/art/a.svg?v=1", "templates").as_deref(), Ok("art/a.svg"));
        assert!(resolve("../../a.css", "templates").is_err());
        assert!(resolve("https://example.org/a.css", "").is_err());
        assert!(resolve(" ", "").is_err());
    }
}
