package dev.perigee.app.scenario;

import dev.perigee.testkit.OverHttp2;
import org.junit.jupiter.api.Tag;

@OverHttp2
@Tag("full")
class CustomErrorPageOverHttp2Test extends CustomErrorPageTest {}
