package dev.perigee.app.scenario;

import static dev.perigee.testkit.DistributionBuilder.distribution;
import static dev.perigee.testkit.Expect.expect;
import static dev.perigee.testkit.LimitsBuilder.limits;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.perigee.testkit.RangingOrigin;
import dev.perigee.testkit.Response;
import dev.perigee.testkit.Scenario;
import dev.perigee.testkit.ScenarioEdge;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;

/** An object of 2 GB, larger than all the memory that the edge may use. */
@Tag("full")
class HugeObjectTest {
    private static final long SIZE = 2L << 30;
    private static final int VIEWERS = 50;
    private static final long MEMORY = 64L << 20;

    private static long offHeap() {
        return ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT)
                .metric()
                .usedDirectMemory();
    }

    @Scenario
    void memoryStaysFlatWhileFiftyViewersReadItSlowly(ScenarioEdge edge) throws IOException {
        try (RangingOrigin origin = RangingOrigin.start(SIZE)) {
            edge.restart(limits().memory(MEMORY, 32L << 20).build());
            readByMany(edge, origin, 0);
        }
    }

    @Scenario
    void memoryStaysFlatAlsoWhenThereIsADiskBelow(ScenarioEdge edge) throws IOException {
        try (RangingOrigin origin = RangingOrigin.start(SIZE)) {
            edge.restart(limits().memory(MEMORY, 32L << 20).disk(256L << 20).build());
            // What may wait to be written, the writer's two records, and what four threads read.
            readByMany(edge, origin, (64L << 20) + (10L << 20));
            assertTrue(edge.status().disk().written() > 20, () -> edge.status().toString());
            assertTrue(
                    edge.status().disk().bytes() <= 260L << 20,
                    () -> edge.status().toString());
        }
    }

    private static void readByMany(ScenarioEdge edge, RangingOrigin origin, long more) throws IOException {
        edge.serve(distribution(origin.port()));
        long at = SIZE - 777;
        Response one =
                edge.viewer().get("/o", "Range", "bytes=" + at + '-' + at).response();
        expect(one).status(206);
        assertEquals(1 << 20, origin.sent(), "one octet costs one block");
        List<Socket> viewers = new ArrayList<>();
        try {
            for (int i = 0; i < VIEWERS; i++) viewers.add(ask(edge));
            long before = offHeap();
            long most = 0;
            byte[] some = new byte[100_000];
            for (int round = 0; round < 60; round++) {
                for (int i = 0; i < VIEWERS; i++) {
                    InputStream in = viewers.get(i).getInputStream();
                    // Each at its own pace, so that they are soon far apart.
                    for (int n = 0; n <= i % 5; n++) assertEquals(some.length, in.readNBytes(some, 0, some.length));
                }
                most = Math.max(most, offHeap());
            }
            // The cache, and for each viewer a block, a socket buffer of content, and what two feeds are ahead.
            long bound = before + MEMORY + VIEWERS * (4L << 20) + more;
            assertTrue(most < bound, most + " octets off heap, at first " + before);
            assertTrue(
                    edge.status().storedBytes() <= MEMORY, () -> edge.status().toString());
        } finally {
            for (Socket viewer : viewers) viewer.close();
        }
    }

    private static Socket ask(ScenarioEdge edge) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(1 << 16);
        socket.connect(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), edge.httpPort()));
        socket.setSoTimeout(20_000);
        OutputStream out = socket.getOutputStream();
        out.write(("GET /o HTTP/1.1\r\nHost: " + dev.perigee.testkit.DistributionBuilder.HOST + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }
}
