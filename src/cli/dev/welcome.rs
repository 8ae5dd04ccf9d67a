//! What a person sees: where things are, and three lines to paste.

use super::ready::Ready;

/// The name is one of a TLD that asks for no quote.
#[expect(clippy::print_stdout, reason = "this is the command's output")]
pub(super) fn print(ready: &Ready) {
    let Ready { base_url, metrics_url, tenant_id, access_token, .. } = ready;
    let domains = format!("{base_url}/api/v1/tenants/{tenant_id}/domains");
    let token = format!("-H 'Authorization: Bearer {access_token}'");
    let json = "-H 'Content-Type: application/json'";
    println!("eppgate is up.\n");
    println!("  API       {base_url}");
    println!("  metrics   {metrics_url}");
    println!("  tenant    {tenant_id}");
    println!("  token     {access_token}\n");
    println!("Registries, each with a control API to look behind the scenes:");
    for registry in &ready.registries {
        println!("  {:9} .{:14} {}", registry.name, registry.tlds.join(" ."), registry.control_url);
    }
    println!("\nWhich are free, and what would they cost? (.se tells no prices.)");
    println!(
        "curl -sS {token} {json} {domains}/check -d '{{\"names\":[\"hello.se\",\"hello.test\",\"hello.app\"],\"fee_commands\":[\"create\"]}}'"
    );
    println!("\nRegister it:");
    println!(
        "curl -sS {token} {json} {domains} -d '{{\"name\":\"hello.se\",\"years\":1,\"payment_assured\":true}}'"
    );
    println!("\nLook at it:");
    println!("curl -sS {token} {domains}/hello.se\n");
}
