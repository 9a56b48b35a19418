package dev.perigee.app.scenario;

import dev.perigee.testkit.OverHttp2;

@OverHttp2
class RevalidationOverHttp2Test extends RevalidationTest {}
