package dev.perigee.edge.serve;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.edge.origin.RequestBody;
import dev.perigee.edge.serve.WholeContent.Outcome;
import io.netty.buffer.Unpooled;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

class WholeContentTest {
    /** Sends pieces of this size until there are so many octets. */
    private record Pieces(int octets, int piece, boolean ends) implements RequestBody {
        @Override
        public long length() {
            return octets;
        }

        @Override
        public void into(Sink sink) {
            for (int sent = 0; sent < octets; sent += piece)
                assertTrue(sink.append(Unpooled.wrappedBuffer(new byte[Math.min(piece, octets - sent)])));
            if (ends) sink.complete();
            else sink.failed();
        }

        @Override
        public void resume() {}

        @Override
        public void discard() {}
    }

    private static Outcome taken(int octetsMax, Semaphore room, Pieces pieces) {
        try (var content = new WholeContent(octetsMax, room)) {
            return content.take(pieces);
        }
    }

    @Test
    void roomIsTakenForWhatHasComeAndGivenBack() {
        Semaphore room = new Semaphore(64);
        for (int size : new int[] {0, 1, 4096, 4097, 30_000, 65_535}) {
            Outcome.Whole whole =
                    assertInstanceOf(Outcome.Whole.class, taken(65_536, room, new Pieces(size, 1000, true)));
            assertArrayEquals(new byte[size], whole.content());
            assertEquals(64, room.availablePermits());
        }
        assertInstanceOf(Outcome.TooLong.class, taken(65_536, room, new Pieces(65_537, 1000, true)));
        assertInstanceOf(Outcome.Broken.class, taken(65_536, room, new Pieces(5000, 1000, false)));
        assertEquals(64, room.availablePermits());
    }

    @Test
    void whereThereIsNoRoomThereIsNoMore() {
        Semaphore room = new Semaphore(10);
        try (var first = new WholeContent(1 << 20, room)) {
            assertTrue(first.append(Unpooled.wrappedBuffer(new byte[5000])));
            assertEquals(10 - 5, room.availablePermits());
            assertInstanceOf(Outcome.Crowded.class, taken(1 << 20, room, new Pieces(6000, 6000, true)));
            assertInstanceOf(Outcome.Whole.class, taken(1 << 20, room, new Pieces(5000, 5000, true)));
        }
        assertInstanceOf(Outcome.Whole.class, taken(1 << 20, room, new Pieces(10_000, 10_000, true)));
        assertEquals(10, room.availablePermits());
    }

    @Test
    void whatComesAfterTheEndTakesNothing() {
        Semaphore room = new Semaphore(10);
        var content = new WholeContent(1 << 20, room);
        content.append(Unpooled.wrappedBuffer(new byte[100]));
        content.close();
        assertTrue(content.append(Unpooled.wrappedBuffer(new byte[5000])));
        content.close();
        assertEquals(10, room.availablePermits());
    }
}
