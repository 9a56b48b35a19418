package dev.perigee.app.local;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/** The ports of a local system: one for the API, one for the console, three for each edge. Loopback only. */
public record Listeners(int api, int console, List<PopPorts> pops) {
    private static final Listeners USUAL = new Listeners(
            4566,
            4580,
            List.of(
                    new PopPorts("IAD", 8080, 8443, 9101),
                    new PopPorts("FRA", 8081, 8444, 9102),
                    new PopPorts("SYD", 8082, 8445, 9103)));
    private static final Listeners FREE = new Listeners(
            0, 0, List.of(new PopPorts("IAD", 0, 0, 0), new PopPorts("FRA", 0, 0, 0), new PopPorts("SYD", 0, 0, 0)));

    public Listeners {
        pops = List.copyOf(pops);
    }

    /** Ports of one edge; 0 stands for a free one. */
    public record PopPorts(String pop, int http, int https, int admin) {}

    /** A port and what it is for. */
    public record NamedPort(String purpose, int port) {}

    public static Listeners of(PortChoice choice) {
        return switch (choice) {
            case USUAL -> USUAL;
            case AUTO -> FREE;
        };
    }

    /** Every port in the order of the table of addresses. */
    public List<NamedPort> all() {
        var ports = new ArrayList<NamedPort>();
        ports.add(new NamedPort("the API", api));
        ports.add(new NamedPort("the console", console));
        for (PopPorts pop : pops) {
            ports.add(new NamedPort(pop.pop() + " HTTP", pop.http()));
            ports.add(new NamedPort(pop.pop() + " HTTPS", pop.https()));
            ports.add(new NamedPort(pop.pop() + " admin", pop.admin()));
        }
        return ports;
    }

    static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
    }

    /** Whether nobody listens on this port now; 0 always is free. */
    public static boolean free(int port) throws IOException {
        try (var socket = new ServerSocket()) {
            socket.bind(loopback(port));
            return true;
        } catch (BindException inUse) {
            return false;
        }
    }
}
