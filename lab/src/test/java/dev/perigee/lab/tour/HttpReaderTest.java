package dev.perigee.lab.tour;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpReaderTest {
    private static HttpReader reader(String text) {
        return new HttpReader(
                new ByteArrayInputStream(text.replace("|", "\r\n").getBytes(StandardCharsets.ISO_8859_1)));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "HTTP/1.1 200 OK|Content-Length: 5|X-Cache: Hit from cloudfront||hello, 200, 5, Hit from cloudfront, true",
        "HTTP/1.1 200 OK|content-length: 5|Connection: close||hello, 200, 5,, false",
        "HTTP/1.1 200 OK|Transfer-Encoding: chunked||3|abc|A;x=y|0123456789|0|T: v||, 200, 13,, true",
        "HTTP/1.1 200 OK||until the end, 200, 13,, false",
        "HTTP/1.1 304 Not Modified||, 304, 0,, true",
        "HTTP/1.1 404|Content-Length: 0||, 404, 0,, true"
    })
    void countsBodies(String text, int status, long bytes, @Nullable String cache, boolean keeps) throws IOException {
        assertEquals(new Answer(status, bytes, cache, keeps), reader(text).read());
    }

    @Test
    void oneAnswerFollowsAnother() throws IOException {
        HttpReader reader = reader("HTTP/1.1 200 OK|Content-Length: 3||abcHTTP/1.1 204 No Content||");
        assertEquals(3, reader.read().bytes());
        assertEquals(204, reader.read().status());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "SSH-2.0|",
                "HTTP/1.1 200 OK|Content-Length: 9||short",
                "HTTP/1.1 200 OK|Content-Length: -1||",
                "HTTP/1.1 200 OK|Transfer-Encoding: chunked||zz|",
                "HTTP/1.1 200 OK|Transfer-Encoding: chunked||2|abc|0||"
            })
    void brokenAnswersAreRefused(String text) {
        assertThrows(IOException.class, () -> reader(text).read());
    }
}
