package dev.perigee.control.api;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class LocalHostsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "LOCALHOST:4566",
                "bucket.s3.localhost:4566",
                "127.0.0.1:4566",
                "127.1.2.3",
                "[::1]:4566",
                "bucket.s3.amazonaws.com",
                "s3.us-east-1.amazonaws.com:80",
            })
    void namesOfThisMachineAndOfAwsAreAnswered(String host) {
        assertTrue(LocalHosts.allows(host));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                "evil.example:4566",
                "localhost.evil.example",
                "127.0.0.1.evil.example",
                "127.evil.0.1",
                "notlocalhost",
                "10.0.0.1",
                "[::2]",
                "[::1",
                "amazonaws.com.evil.example",
            })
    void otherNamesAreNot(@Nullable String host) {
        assertFalse(LocalHosts.allows(host));
    }
}
