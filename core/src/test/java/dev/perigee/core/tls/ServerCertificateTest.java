package dev.perigee.core.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerCertificateTest {
    @ParameterizedTest(name = "{0} covers {1}: {2}")
    @CsvSource({
        "www.example.com, www.example.com, true",
        "www.example.com, example.com,     false",
        "*.example.com,   www.example.com, true",
        "*.example.com,   example.com,     false",
        "*.example.com,   a.b.example.com, false",
        "*.example.com,   *.example.com,   true",
        "*.example.com,   *.b.example.com, false",
        "www.example.com, *.example.com,   false",
        "*.example.com,   .example.com,    false",
        "example.com,     xexample.com,    false"
    })
    void covers(String name, String host, boolean expected) {
        assertEquals(expected, ServerCertificate.covers(List.of("other.test", name), host));
    }
}
