package dev.perigee.edge.net;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.perigee.core.http.Fields;
import dev.perigee.core.http.HttpVersion;
import dev.perigee.core.http.RequestHead;
import dev.perigee.edge.serve.KnownRequest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RecentHeadsTest {
    private final RecentHeads recent = new RecentHeads();

    private static byte[] head(String path) {
        return ("GET " + path + " HTTP/1.1\r\nHost: a.example\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    private static RequestHead parsed(String path) {
        return new RequestHead("GET", path, null, "a.example", HttpVersion.HTTP_1_1, Fields.EMPTY);
    }

    private @Nullable KnownRequest note(byte[] bytes, RequestFraming framing) {
        return recent.note(bytes, bytes.length, parsed("/a"), framing);
    }

    @Test
    void isKnownFromTheSecondTimeOn() {
        byte[] head = head("/a");
        assertNull(recent.find(head, head.length));
        assertNull(note(head, RequestFraming.NO_CONTENT));
        assertNull(recent.find(head, head.length));
        KnownRequest known = note(head, RequestFraming.NO_CONTENT);
        assertNotNull(known);
        RecentHeads.Recent found = recent.find(head, head.length);
        assertNotNull(found);
        assertSame(known, found.request());
        assertSame(RequestFraming.NO_CONTENT, found.framing());
    }

    @Test
    void everyOctetCounts() {
        byte[] head = head("/some/longer/path?with=a&query=string");
        note(head, RequestFraming.NO_CONTENT);
        note(head, RequestFraming.NO_CONTENT);
        for (int i = 0; i < head.length; i++) {
            byte[] other = head.clone();
            other[i] ^= 1;
            assertNull(recent.find(other, other.length), "octet " + i);
        }
        assertNull(recent.find(head, head.length - 1));
        assertNull(recent.find(Arrays.copyOf(head, head.length + 1), head.length + 1));
        assertNotNull(recent.find(Arrays.copyOf(head, 4096), head.length));
    }

    @Test
    void whatHasContentOrIsLongIsNeverKnown() {
        byte[] head = head("/a");
        byte[] large = head("/" + "a".repeat(RecentHeads.OCTETS_MAX));
        for (int i = 0; i < 3; i++) {
            assertNull(note(head, new RequestFraming(5, false, true)));
            assertNull(note(head, new RequestFraming(RequestFraming.CHUNKED, false, true)));
            assertNull(note(head, new RequestFraming(0, true, true)));
            assertNull(note(large, RequestFraming.NO_CONTENT));
        }
        assertNull(recent.find(head, head.length));
        assertNull(recent.find(large, large.length));
    }

    @Test
    void whoeverSendsManyOthersOnlyTakesPlaces() {
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 50_000; i++) {
                byte[] head = head("/" + i);
                recent.note(head, head.length, parsed("/" + i), RequestFraming.NO_CONTENT);
                recent.note(head, head.length, parsed("/" + i), RequestFraming.NO_CONTENT);
                RecentHeads.Recent found = recent.find(head, head.length);
                assertNotNull(found);
                assertEquals("/" + i, found.request().head().path());
            }
        }
    }
}
