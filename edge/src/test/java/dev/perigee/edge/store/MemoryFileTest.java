package dev.perigee.edge.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class MemoryFileTest {
    private final MemoryFile memory = open(64 << 20);

    private static MemoryFile open(long octets) {
        MemoryFile file = MemoryFile.open(octets);
        assertNotNull(file);
        return file;
    }

    @AfterEach
    void close() {
        memory.close();
    }

    private static byte[] random(long seed, int size) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private ByteBuf piece(byte[] content) {
        ByteBuf piece = memory.piece(content.length);
        assertNotNull(piece);
        return piece.writeBytes(content);
    }

    private static byte[] read(MemoryFile.Extent extent) throws IOException {
        ByteBuffer into = ByteBuffer.allocate(extent.length());
        extent.file().read(into, extent.position());
        return into.array();
    }

    @Test
    void aPieceIsMemoryAndFile() throws IOException {
        byte[] content = random(1, MemoryFile.SLOT);
        ByteBuf piece = piece(content);
        MemoryFile.Extent whole = MemoryFile.extent(piece);
        assertNotNull(whole);
        assertArrayEquals(content, read(whole));
        ByteBuf part = piece.retainedSlice(1000, 500).retainedSlice(7, 300);
        MemoryFile.Extent extent = MemoryFile.extent(part);
        assertNotNull(extent);
        assertEquals(whole.position() + 1007, extent.position());
        assertArrayEquals(java.util.Arrays.copyOfRange(content, 1007, 1307), read(extent));
        part.release(2);
        piece.release();
    }

    @Test
    void otherBuffersAreNoFile() {
        ByteBuf other = Unpooled.directBuffer(16).writeLong(1);
        assertNull(MemoryFile.extent(other));
        assertNull(MemoryFile.extent(Unpooled.EMPTY_BUFFER));
        other.release();
    }

    @Test
    void onePieceComesBehindTheOther() {
        ByteBuf first = piece(random(1, MemoryFile.SLOT));
        ByteBuf second = piece(random(2, MemoryFile.SLOT));
        MemoryFile.Extent before = MemoryFile.extent(first);
        MemoryFile.Extent after = MemoryFile.extent(second);
        assertNotNull(before);
        assertNotNull(after);
        assertEquals(before.end(), after.position());
        first.release();
        second.release();
    }

    @Test
    void sizesThatDoNotFitAreRefused() {
        assertNull(memory.piece(MemoryFile.SIZE_MIN - 1));
        assertNull(memory.piece(MemoryFile.SLOT + 1));
    }

    @Test
    void thereIsAnEndAndRoomAgainAfterwards() {
        try (MemoryFile small = open(1 << 20)) {
            List<ByteBuf> all = new ArrayList<>();
            for (ByteBuf next = small.piece(MemoryFile.SLOT); next != null; next = small.piece(MemoryFile.SLOT)) {
                all.add(next);
            }
            assertEquals(512, all.size());
            for (ByteBuf piece : all) piece.writeByte(1).release();
            ByteBuf again = small.piece(MemoryFile.SLOT);
            assertNotNull(again);
            assertEquals(0, again.getByte(0), "what was there before is gone");
            again.release();
        }
    }

    @Test
    void whatOutlivesTheFileStaysReadable() {
        ByteBuf piece = piece(random(1, MemoryFile.SLOT));
        memory.close();
        assertNull(memory.piece(MemoryFile.SLOT));
        assertEquals(random(1, 1)[0], piece.getByte(0));
        piece.release();
    }

    /** The kernel sends from the pages themselves: they must not be written to again while a socket has them. */
    @Test
    void contentOnItsWayIsNotChangedByWhoeverGetsTheMemoryNext() throws IOException {
        byte[] content = random(3, MemoryFile.SLOT);
        try (ServerSocketChannel server =
                ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            try (SocketChannel viewer = SocketChannel.open(server.getLocalAddress());
                    SocketChannel edge = server.accept()) {
                ByteBuf piece = piece(content);
                MemoryFile.Extent extent = MemoryFile.extent(piece);
                assertNotNull(extent);
                long sent = extent.file().transferTo(extent.position(), extent.length(), edge);
                assertEquals(content.length, sent);
                piece.release();
                // All of the window is written to, the released slot among the others.
                List<ByteBuf> others = new ArrayList<>();
                for (int i = 0; i < 512; i++) others.add(piece(new byte[MemoryFile.SLOT]));
                ByteBuffer received = ByteBuffer.allocate(content.length);
                while (received.hasRemaining()) viewer.read(received);
                assertArrayEquals(content, received.array());
                others.forEach(ByteBuf::release);
            }
        }
    }
}
