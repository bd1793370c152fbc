//! Prepares what Tauri embeds: the configuration, the icons, the built screens.

fn main() {
    // New files in the built screens are not noticed by themselves, only changed ones.
    println!("cargo:rerun-if-changed=ui/dist");
    tauri_build::build();
}
