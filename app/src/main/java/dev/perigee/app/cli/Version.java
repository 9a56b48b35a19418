package dev.perigee.app.cli;

import java.util.Objects;

/** The version from the jar's manifest. */
final class Version {
    private Version() {}

    static String current() {
        return Objects.requireNonNullElse(Version.class.getPackage().getImplementationVersion(), "development");
    }
}
