package dev.perigee.testkit;

import dev.perigee.core.access.DebugPass;
import dev.perigee.core.plan.Plan;
import dev.perigee.core.plan.Purge;
import dev.perigee.core.tls.Seal;
import dev.perigee.edge.Edge;
import dev.perigee.edge.EdgeConfig;
import dev.perigee.edge.EdgeLimits;
import dev.perigee.edge.PlanRefused;
import dev.perigee.edge.Telemetry;
import dev.perigee.edge.TrustedProxies;
import dev.perigee.edge.geo.GeoDatabase;
import dev.perigee.edge.guard.SpendingLedger;
import dev.perigee.edge.lambda.EpollPipes;
import dev.perigee.edge.origin.OriginKeys;
import dev.perigee.edge.origin.OriginRoutes;
import dev.perigee.edge.store.disk.DiskStatus;
import dev.perigee.lambda.LambdaEngine;
import dev.perigee.lambda.LambdaLimits;
import dev.perigee.wire.PlanDocument;
import io.netty.util.internal.PlatformDependent;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The other process of {@link KillableEdge}: an edge that takes its orders from standard input, and ends with it. */
final class EdgeProcess {
    private static final String DISTRIBUTION = "EDFDVBD6EXAMPLE";

    private final Edge edge;
    private final int originPort;

    private EdgeProcess(Path directory, int originPort) throws IOException {
        this.originPort = originPort;
        Path chain = directory.resolve("chain.pem");
        Path key = directory.resolve("key.pem");
        if (!Files.exists(key)) {
            TestCertificate certificate = TestCertificate.create();
            chain = certificate.writeChain(directory);
            key = certificate.writeKey(directory);
        }
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        // Little memory, so that most of what is asked for comes from the disk.
        EdgeLimits limits = LimitsBuilder.limits()
                .memory(8L << 20, 4L << 20)
                .blockBytes(KillableEdge.BLOCK_BYTES)
                .disk(KillableEdge.DISK_BYTES)
                .build();
        edge = Edge.start(new EdgeConfig(
                "IAD",
                anyPort,
                anyPort,
                2,
                directory.resolve("edge"),
                directory.resolve("cache"),
                chain,
                key,
                Seal.ephemeral(),
                limits,
                InstantSource.system(),
                new OriginRoutes(),
                new OriginKeys(List.of()),
                true,
                Set.of(),
                List.of(),
                GeoDatabase.embedded(),
                TrustedProxies.NONE,
                SpendingLedger.open(directory.resolve("spending"), InstantSource.system()),
                Telemetry.NONE,
                new LambdaEngine(directory.resolve("lambda"), LambdaLimits.standard(), true, EpollPipes.source()),
                DebugPass.ephemeral()));
    }

    /** Folder and the origin's port. */
    public static void main(String[] args) throws IOException, PlanRefused {
        EdgeProcess process = new EdgeProcess(Path.of(args[0]), Integer.parseInt(args[1]));
        PrintStream out = System.out;
        out.println(process.edge.http().getPort());
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split(" ", -1);
            out.println(
                    switch (words[0]) {
                        case "offer" -> process.offer(words);
                        case "secure" -> process.edge.https().getPort();
                        case "memory" -> memory(words[1].equals("live"));
                        default -> process.status();
                    });
        }
        // Whoever started it is gone.
        Runtime.getRuntime().halt(0);
    }

    /** A plan of this version with these purges, numbered from 1. */
    private String offer(String[] words) throws PlanRefused {
        List<Purge> purges = new ArrayList<>();
        for (int i = 2; i < words.length; i++)
            purges.add(new Purge(purges.size() + 1L, DISTRIBUTION, List.of(words[i]), List.of()));
        Plan plan = new Plan(
                Long.parseLong(words[1]),
                List.of(DistributionBuilder.distribution(originPort).build()),
                purges,
                0,
                DISTRIBUTION);
        return Long.toString(edge.offer(PlanDocument.encode(plan)));
    }

    /** Octets of heap and of buffers outside it; those that are live only, or all that are taken. */
    private static String memory(boolean live) {
        Runtime runtime = Runtime.getRuntime();
        if (live) runtime.gc();
        return runtime.totalMemory() - runtime.freeMemory() + " " + PlatformDependent.usedDirectMemory();
    }

    private String status() {
        if (edge.status().disk().state() == DiskStatus.State.LOADING)
            Patience.until(
                    Duration.ofSeconds(Patience.SECONDS),
                    () -> edge.status().disk().state() != DiskStatus.State.LOADING);
        DiskStatus disk = edge.status().disk();
        return disk.state() + " " + disk.objects() + ' ' + disk.hits() + ' ' + disk.blockHits() + ' ' + disk.written()
                + ' ' + disk.corrupt();
    }
}
