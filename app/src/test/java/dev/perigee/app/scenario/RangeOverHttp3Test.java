package dev.perigee.app.scenario;

import dev.perigee.testkit.OverHttp3;

@OverHttp3
class RangeOverHttp3Test extends RangeTest {}
