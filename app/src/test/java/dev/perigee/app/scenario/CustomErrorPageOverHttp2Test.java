package dev.perigee.app.scenario;

import dev.perigee.testkit.OverHttp2;

@OverHttp2
class CustomErrorPageOverHttp2Test extends CustomErrorPageTest {}
