package dev.perigee.app.scenario;

import dev.perigee.testkit.OverHttp2;

@OverHttp2
class FirewallOverHttp2Test extends FirewallTest {}
