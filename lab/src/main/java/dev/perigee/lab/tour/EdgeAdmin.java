package dev.perigee.lab.tour;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** The admin listener of one edge: its counters, and temporary ways to origins. */
final class EdgeAdmin {
    /** An edge forgets a way this long after it was last heard of, should a tour die. */
    private static final int LEASE_SECONDS = 30;

    private static final Duration ANSWER_MAX = Duration.ofSeconds(10);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client;
    private final URI address;
    private final String token;

    /** What an edge has counted since it started. */
    record Counters(long requests, long originRequests, long bytes, long originBytes) {
        static final Counters ZERO = new Counters(0, 0, 0, 0);

        Counters plus(Counters other) {
            return new Counters(
                    requests + other.requests,
                    originRequests + other.originRequests,
                    bytes + other.bytes,
                    originBytes + other.originBytes);
        }

        Counters minus(Counters other) {
            return new Counters(
                    requests - other.requests,
                    originRequests - other.originRequests,
                    bytes - other.bytes,
                    originBytes - other.originBytes);
        }
    }

    EdgeAdmin(HttpClient client, URI address, String token) {
        this.client = client;
        this.address = address;
        this.token = token;
    }

    /** Sends this edge's new connections to a host over a link, for the time of a lease. */
    void route(String host, InetSocketAddress link) throws IOException, TourFailed {
        String query = "?address=" + link.getAddress().getHostAddress() + ":" + link.getPort() + "&tls=false&lease="
                + LEASE_SECONDS;
        send(request("/origin-routes/" + host + query).PUT(HttpRequest.BodyPublishers.noBody()));
    }

    void unroute(String host) throws IOException, TourFailed {
        send(request("/origin-routes/" + host).DELETE());
    }

    Counters counters() throws IOException, TourFailed {
        JsonNode status = JSON.readTree(send(request("/status").GET()));
        return new Counters(
                count(status, "requests"),
                count(status, "originRequests"),
                count(status, "bytes"),
                count(status, "originBytes"));
    }

    private long count(JsonNode status, String name) throws TourFailed {
        JsonNode value = status.get(name);
        if (value == null || !value.isIntegralNumber()) {
            throw new TourFailed("the status of the edge at " + address + " has no number " + name);
        }
        return value.asLong();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(address.resolve(path)).timeout(ANSWER_MAX).header("X-Perigee-Token", token);
    }

    private String send(HttpRequest.Builder builder) throws IOException, TourFailed {
        HttpRequest request = builder.build();
        try {
            HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() / 100 == 2) return response.body();
            throw new TourFailed(request.method() + " " + request.uri() + " was answered with " + response.statusCode()
                    + ": " + response.body().strip());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("stopped while waiting for " + request.uri());
        }
    }
}
