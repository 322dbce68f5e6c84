//! The styles of boxes that no element stands for.

use std::sync::Arc;

use super::builder::Style;
use super::computed::{Computed, Display};

impl Computed {
    /// The initial style: every property at its initial value.
    pub fn initial() -> Arc<Computed> {
        Arc::clone(&Style::initial().computed)
    }

    /// The style of an anonymous box inside a box of this style: inherited properties are
    /// inherited, all others are initial (CSS 2.2 §9.2.1.1).
    pub fn anonymous(&self, display: Display) -> Computed {
        Computed {
            text: Arc::clone(&self.text),
            display,
            list_style_type: self.list_style_type.clone(),
            list_style_inside: self.list_style_inside,
            list_style_image: self.list_style_image.clone(),
            border_collapse: self.border_collapse,
            border_spacing: self.border_spacing,
            caption_side: self.caption_side,
            hide_empty_cells: self.hide_empty_cells,
            orphans: self.orphans,
            widows: self.widows,
            ..(*Style::initial().computed).clone()
        }
    }
}
