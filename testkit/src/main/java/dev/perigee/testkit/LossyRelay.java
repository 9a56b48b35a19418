package dev.perigee.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Passes UDP packets on, both ways, but for a share of them that a seed chooses. */
public final class LossyRelay implements AutoCloseable {
    private static final int PACKET_MAX = 65_536;

    private final InetSocketAddress target;
    private final double loss;
    private final SplittableRandom random;
    private final DatagramSocket front;
    private final Map<SocketAddress, DatagramSocket> backs = new ConcurrentHashMap<>();
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private final AtomicInteger dropped = new AtomicInteger();

    private LossyRelay(InetSocketAddress target, double loss, long seed) throws IOException {
        this.target = target;
        this.loss = loss;
        this.random = new SplittableRandom(seed);
        this.front = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        run(this::takeFromViewers);
    }

    /** In front of an address, losing this share of the packets of each direction. */
    public static LossyRelay to(InetSocketAddress target, double loss, long seed) {
        try {
            return new LossyRelay(target, loss, seed);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) front.getLocalSocketAddress();
    }

    /** Packets that were lost so far. */
    public int dropped() {
        return dropped.get();
    }

    private void run(Runnable loop) {
        threads.add(Thread.ofVirtual().name("relay").start(loop));
    }

    private void takeFromViewers() {
        DatagramPacket packet = new DatagramPacket(new byte[PACKET_MAX], PACKET_MAX);
        while (receive(front, packet)) {
            DatagramSocket back = backs.computeIfAbsent(packet.getSocketAddress(), this::open);
            pass(packet, back, target);
        }
    }

    private DatagramSocket open(SocketAddress viewer) {
        try {
            DatagramSocket back = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            run(() -> {
                DatagramPacket packet = new DatagramPacket(new byte[PACKET_MAX], PACKET_MAX);
                while (receive(back, packet)) pass(packet, front, viewer);
            });
            return back;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean receive(DatagramSocket from, DatagramPacket packet) {
        try {
            packet.setLength(PACKET_MAX);
            from.receive(packet);
            return true;
        } catch (IOException closed) {
            return false;
        }
    }

    private void pass(DatagramPacket packet, DatagramSocket by, SocketAddress to) {
        if (chosen()) {
            dropped.incrementAndGet();
            return;
        }
        try {
            by.send(new DatagramPacket(packet.getData(), packet.getLength(), to));
        } catch (IOException gone) {
            // As lost as the others.
        }
    }

    private synchronized boolean chosen() {
        return random.nextDouble() < loss;
    }

    @Override
    public void close() {
        front.close();
        backs.values().forEach(DatagramSocket::close);
        for (Thread thread : new ArrayList<>(threads)) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
