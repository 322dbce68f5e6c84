//! What may stand in what (PDF/UA-1 §7.5, §7.6, ISO 32000-1 §14.8.4.3): rows in tables, cells in rows,
//! items in lists. HTML says the same, but style sheets can put things elsewhere: `display: contents`
//! takes a row away, generated content stands beside cells.

use crate::paint::Role;

/// Whether an element may stand right in one of this role.
pub(super) fn may_hold(around: Role, inside: Role) -> bool {
    use Role::{
        Caption, Label, List, ListBody, ListItem, Table, TableBody, TableData, TableFoot,
        TableHead, TableHeader, TableRow,
    };
    match around {
        Table => matches!(inside, Caption | TableHead | TableBody | TableFoot | TableRow),
        TableHead | TableBody | TableFoot => inside == TableRow,
        TableRow => matches!(inside, TableHeader | TableData),
        List => matches!(inside, List | ListItem | Caption),
        ListItem => matches!(inside, Label | ListBody),
        _ => true,
    }
}

/// What has to be put around whatever else stands in an element of this role.
pub(super) fn wrapper(around: Role) -> Option<Role> {
    match around {
        Role::Table | Role::TableHead | Role::TableBody | Role::TableFoot => Some(Role::TableRow),
        Role::TableRow => Some(Role::TableData),
        Role::List => Some(Role::ListItem),
        Role::ListItem => Some(Role::ListBody),
        _ => None,
    }
}

/// What an element of this role is where it does not stand in what it belongs to; none if it may
/// stand anywhere. The document itself is no role.
pub(super) fn astray(role: Role, around: Option<Role>) -> Option<Role> {
    let belongs: &[Role] = match role {
        Role::TableHead | Role::TableBody | Role::TableFoot => &[Role::Table],
        Role::TableRow => &[Role::Table, Role::TableHead, Role::TableBody, Role::TableFoot],
        Role::TableHeader | Role::TableData => &[Role::TableRow],
        Role::ListItem => &[Role::List],
        Role::Label | Role::ListBody => &[Role::ListItem],
        _ => return None,
    };
    if around.is_some_and(|around| belongs.contains(&around)) {
        return None;
    }
    Some(if role == Role::Label { Role::Span } else { Role::Division })
}
