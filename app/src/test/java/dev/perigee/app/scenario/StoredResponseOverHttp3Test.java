package dev.perigee.app.scenario;

import dev.perigee.testkit.OverHttp3;

@OverHttp3
class StoredResponseOverHttp3Test extends StoredResponseTest {}
