package dev.perigee.app.scenario;

import dev.perigee.testkit.OverHttp3;
import org.junit.jupiter.api.Tag;

@OverHttp3
@Tag("full")
class FirewallOverHttp3Test extends FirewallTest {}
