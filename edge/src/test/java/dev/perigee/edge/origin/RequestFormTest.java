package dev.perigee.edge.origin;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.perigee.core.http.Fields;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestFormTest {
    private static OriginRequest request(String method, String target, String... fields) {
        return new OriginRequest(method, target, Fields.of(fields), false, "h");
    }

    @Test
    void writesTheHeadWithItsOwnFraming() {
        OriginRequest request = request(
                "GET",
                "/a?b=\u00e9",
                "Host",
                "h:1",
                "User-Agent",
                "Amazon CloudFront",
                "Expect",
                "100-continue",
                "Content-Length",
                "7",
                "transfer-encoding",
                "chunked",
                "Connection",
                "x",
                "TE",
                "trailers",
                "X",
                "\u00ff");
        assertNull(RequestForm.fault(request));
        assertEquals(
                String.join(
                        "\r\n",
                        "GET /a?b=\u00e9 HTTP/1.1",
                        "Host: h:1",
                        "User-Agent: Amazon CloudFront",
                        "X: \u00ff",
                        "Connection: Keep-Alive",
                        "",
                        ""),
                written(request, null));
    }

    @ParameterizedTest(name = "{0} with {1} bytes -> {2}")
    @CsvSource(
            nullValues = "none",
            value = {
                "GET, none, none",
                "DELETE, none, none",
                "POST, none, Content-Length: 0",
                "PUT, none, Content-Length: 0",
                "PATCH, none, Content-Length: 0",
                "PUT, 0, Content-Length: 0",
                "PUT, 12, Content-Length: 12",
                "GET, 12, Content-Length: 12",
                "PUT, -1, Transfer-Encoding: chunked",
            })
    void framesTheContent(String method, @Nullable Long length, @Nullable String line) {
        String framing = line == null ? "" : line + "\r\n";
        assertEquals(
                method + " / HTTP/1.1\r\nHost: h\r\n" + framing + "Connection: Keep-Alive\r\n\r\n",
                written(request(method, "/", "Host", "h"), length));
    }

    @ParameterizedTest(name = "target {0}")
    @ValueSource(
            strings = {
                "",
                "a",
                "http://h/",
                "/a b",
                "/a\r\nX: y",
                "/a\n",
                "/a\0",
                "/a\t",
                "/\u007f",
                "/\u0100",
                "/\u560d\u560a"
            })
    void refusesTargets(String target) {
        assertNotNull(RequestForm.fault(request("GET", target, "Host", "h")));
    }

    @ParameterizedTest(name = "method {0}")
    @ValueSource(strings = {"", "GET ", "G T", "GET\r\n", "G\u00c9T", "GET:"})
    void refusesMethods(String method) {
        assertNotNull(RequestForm.fault(request(method, "/", "Host", "h")));
    }

    @ParameterizedTest(name = "value {0}")
    @ValueSource(strings = {"a\r\nX: y", "a\n", "a\r", "a\0b", "\u001b[0m", "a\u007f", "a\u0100", "\u560d\u560a"})
    void refusesFieldValues(String value) {
        assertNotNull(RequestForm.fault(request("GET", "/", "Host", "h", "X", value)));
    }

    @ParameterizedTest(name = "name {0}")
    @ValueSource(strings = {"", "X Y", "X:", "X\r\n", "\u00c9", "X\t", "(X)"})
    void refusesFieldNames(String name) {
        assertNotNull(RequestForm.fault(request("GET", "/", "Host", "h", name, "v")));
    }

    @Test
    void wantsOneHost() {
        assertNotNull(RequestForm.fault(request("GET", "/")));
        assertNotNull(RequestForm.fault(request("GET", "/", "Host", " ")));
        assertNotNull(RequestForm.fault(request("GET", "/", "Host", "a", "host", "a")));
    }

    private static String written(OriginRequest request, @Nullable Long length) {
        ByteBuf head = RequestForm.write(UnpooledByteBufAllocator.DEFAULT, request, length);
        try {
            return head.toString(StandardCharsets.ISO_8859_1);
        } finally {
            head.release();
        }
    }
}
