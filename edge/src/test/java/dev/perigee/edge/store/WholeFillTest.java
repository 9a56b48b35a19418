package dev.perigee.edge.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.core.cache.CacheKey;
import dev.perigee.core.cache.StoredResponse;
import dev.perigee.core.http.Fields;
import dev.perigee.core.http.HttpVersion;
import dev.perigee.core.http.Method;
import dev.perigee.core.http.RequestHead;
import dev.perigee.core.http.ResponseHead;
import dev.perigee.core.plan.CachePolicy;
import dev.perigee.core.plan.Selection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WholeFillTest {
    private static final CachePolicy POLICY =
            new CachePolicy("p", 0, 60, 600, false, false, List.of(), Selection.NONE, Selection.NONE);
    private static final int WINDOW = 1 << 16;

    private static CacheKey key() {
        return CacheKey.of(
                "E1", POLICY, Method.GET, new RequestHead("GET", "/a", null, "h", HttpVersion.HTTP_1_1, Fields.EMPTY));
    }

    private static StoredResponse response(long length) {
        Fields fields = length < 0 ? Fields.EMPTY : Fields.of("Content-Length", Long.toString(length));
        return StoredResponse.of(new ResponseHead(200, fields), POLICY, 60, 0);
    }

    private static byte[] random(long seed, int size) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static ByteBuf direct(byte[] bytes, int from, int to) {
        return ByteBufAllocator.DEFAULT.directBuffer(Math.max(1, to - from)).writeBytes(bytes, from, to - from);
    }

    private static void append(WholeFill fill, byte[] bytes, int step) {
        for (int at = 0; at < bytes.length; at += step) {
            fill.append(direct(bytes, at, Math.min(bytes.length, at + step)));
        }
    }

    private static byte[] drain(Fill.Reader reader) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (ByteBuf piece = reader.next(); piece != null; piece = reader.next()) {
            byte[] bytes = new byte[piece.readableBytes()];
            piece.readBytes(bytes);
            piece.release();
            all.writeBytes(bytes);
        }
        return all.toByteArray();
    }

    private static Fill.Reader reader(Fill fill, long from, long to) {
        Fill.Reader reader = fill.read(from, to, () -> {});
        assertNotNull(reader);
        return reader;
    }

    @ParameterizedTest(name = "in steps of {0}")
    @ValueSource(ints = {1, 7, 4096, 65_535, 65_536, 65_537, 300_000})
    void aKeptFillGivesBackWhatItGotFromAnyPosition(int step) {
        byte[] content = random(1, step < 10 ? 5_000 : 200_001);
        for (long declared : new long[] {content.length, -1}) {
            WholeFill fill = WholeFill.kept(key(), response(declared), new Growth(Long.MAX_VALUE), 1 << 20, WINDOW);
            append(fill, content, step);
            fill.complete();
            for (long[] range :
                    new long[][] {{0, Long.MAX_VALUE}, {1, 3}, {content.length - 1, content.length}, {4_000, 4_999}}) {
                Fill.Reader reader = reader(fill, range[0], range[1]);
                int to = (int) Math.min(range[1], content.length);
                assertArrayEquals(java.util.Arrays.copyOfRange(content, (int) range[0], to), drain(reader));
                assertTrue(reader.atEnd());
                reader.close();
            }
            fill.release();
            assertFalse(fill.tryRetain());
        }
    }

    @Test
    void readersFollowWhileItGrows() throws Exception {
        byte[] content = random(2, 400_000);
        WholeFill fill = WholeFill.kept(key(), response(-1), new Growth(Long.MAX_VALUE), 1 << 20, WINDOW);
        List<Future<byte[]>> results = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 8; i++) results.add(threads.submit(() -> follow(fill)));
            append(fill, content, 1_461);
            fill.complete();
            for (Future<byte[]> result : results) assertArrayEquals(content, result.get());
        }
        fill.release();
        assertFalse(fill.tryRetain());
    }

    private static byte[] follow(WholeFill fill) throws InterruptedException {
        Semaphore more = new Semaphore(0);
        Fill.Reader reader = fill.read(0, Long.MAX_VALUE, more::release);
        assertNotNull(reader);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        while (true) {
            all.writeBytes(drain(reader));
            if (reader.atEnd()) break;
            more.acquire();
        }
        reader.close();
        return all.toByteArray();
    }

    @Test
    void aPassingFillHoldsNoMoreThanItsWindow() {
        byte[] content = random(3, 1_000_000);
        WholeFill fill = WholeFill.passing(response(-1), WINDOW);
        int[] resumed = {0};
        fill.supply(new WholeFill.Supply() {
            @Override
            public void resume() {
                resumed[0]++;
            }

            @Override
            public void overflown() {
                throw new AssertionError("never kept");
            }

            @Override
            public void abandoned() {
                throw new AssertionError("it has a reader");
            }
        });
        Fill.Reader reader = reader(fill, 0, Long.MAX_VALUE);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        int at = 0;
        while (at < content.length) {
            int to = Math.min(content.length, at + 10_000);
            boolean more = fill.append(direct(content, at, to));
            assertEquals(fill.length() - reader.position() < WINDOW, more);
            at = to;
            if (!more) all.writeBytes(drain(reader));
        }
        assertTrue(resumed[0] > 5, "resumed " + resumed[0] + " times");
        fill.complete();
        all.writeBytes(drain(reader));
        assertTrue(reader.atEnd());
        assertArrayEquals(content, all.toByteArray());
        reader.close();
        fill.release();
    }

    @Test
    void aPassingFillWaitsForItsFirstReader() {
        byte[] content = random(4, 50_000);
        WholeFill fill = WholeFill.passing(response(-1), WINDOW);
        assertTrue(fill.append(direct(content, 0, 30_000)));
        assertTrue(fill.append(direct(content, 30_000, 50_000)));
        Fill.Reader reader = reader(fill, 0, Long.MAX_VALUE);
        assertArrayEquals(content, drain(reader));
        reader.close();
        fill.fail();
        fill.release();
    }

    @Test
    void whatOutgrowsItsLimitIsDeliveredAndNotKept() {
        byte[] content = random(5, 500_000);
        WholeFill fill = WholeFill.kept(key(), response(-1), new Growth(Long.MAX_VALUE), 100_000, WINDOW);
        List<String> told = new ArrayList<>();
        fill.supply(new WholeFill.Supply() {
            @Override
            public void resume() {
                told.add("resume");
            }

            @Override
            public void overflown() {
                told.add("overflown");
            }

            @Override
            public void abandoned() {
                told.add("abandoned");
            }
        });
        Fill.Reader reader = reader(fill, 0, Long.MAX_VALUE);
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int at = 0; at < content.length; at += 50_000) {
            fill.append(direct(content, at, at + 50_000));
            if (at >= 150_000) all.writeBytes(drain(reader));
        }
        assertEquals("overflown", told.getFirst());
        assertFalse(fill.isKept());
        assertNull(fill.read(0, Long.MAX_VALUE, () -> {}), "the beginning is gone");
        fill.complete();
        all.writeBytes(drain(reader));
        assertArrayEquals(content, all.toByteArray());
        reader.close();
        assertFalse(told.contains("abandoned"), "its reader stayed to the end");
        fill.release();
    }

    @Test
    void theLastReaderOfAPassingFillTellsTheSupply() {
        WholeFill fill = WholeFill.passing(response(-1), WINDOW);
        List<String> told = new ArrayList<>();
        fill.supply(new WholeFill.Supply() {
            @Override
            public void resume() {}

            @Override
            public void overflown() {}

            @Override
            public void abandoned() {
                told.add("abandoned");
            }
        });
        reader(fill, 0, Long.MAX_VALUE).close();
        assertEquals(List.of("abandoned"), told);
        fill.fail();
        fill.release();
    }

    @Test
    void aReaderOfAFailedFillGetsWhatCameAndThenTheFailure() {
        WholeFill fill = WholeFill.kept(key(), response(100), new Growth(Long.MAX_VALUE), 1 << 20, WINDOW);
        Fill.Reader reader = reader(fill, 0, Long.MAX_VALUE);
        fill.append(Unpooled.wrappedBuffer(new byte[40]));
        fill.fail();
        assertEquals(40, drain(reader).length);
        assertTrue(reader.failed());
        assertFalse(reader.atEnd());
        reader.close();
        fill.release();
    }

    @Test
    void whatArrivesAfterTheEndIsDropped() {
        WholeFill fill = WholeFill.kept(key(), response(-1), new Growth(Long.MAX_VALUE), 1 << 20, WINDOW);
        fill.complete();
        ByteBuf late = Unpooled.wrappedBuffer(new byte[10]);
        fill.append(late);
        assertEquals(0, late.refCnt());
        assertEquals(0, fill.length());
        fill.release();
    }

    @Test
    void allGrowingFillsShareTheirRoom() {
        Growth growth = new Growth(150);
        WholeFill first = WholeFill.kept(key(), response(-1), growth, 1 << 20, WINDOW);
        WholeFill second = WholeFill.kept(key(), response(-1), growth, 1 << 20, WINDOW);
        first.append(Unpooled.wrappedBuffer(new byte[100]));
        second.append(Unpooled.wrappedBuffer(new byte[100]));
        assertTrue(first.isKept());
        assertFalse(second.isKept(), "there was room for one");
        assertEquals(100, growth.octets());
        first.complete();
        second.fail();
        assertEquals(0, growth.octets());
        first.release();
        second.release();
    }
}
