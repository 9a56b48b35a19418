package dev.perigee.function;

import java.net.InetAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The edge that runs a function, as {@code cf.edgeLocation} of viewer-request functions has it. What is empty is left out.
 *
 * @param name three-letter code
 * @param serverIp where it listens
 * @param region whose regional cache CloudFront would use from there
 */
public record EdgeLocation(String name, String serverIp, String region) {
    /** Of what runs functions without being an edge. */
    public static final EdgeLocation NONE = new EdgeLocation("", "", "");

    /** The regions that have a regional cache, by the airport of their city. */
    private static final Map<String, String> REGIONS = Map.ofEntries(
            Map.entry("IAD", "us-east-1"),
            Map.entry("CMH", "us-east-2"),
            Map.entry("SFO", "us-west-1"),
            Map.entry("HIO", "us-west-2"),
            Map.entry("GRU", "sa-east-1"),
            Map.entry("FRA", "eu-central-1"),
            Map.entry("DUB", "eu-west-1"),
            Map.entry("LHR", "eu-west-2"),
            Map.entry("NRT", "ap-northeast-1"),
            Map.entry("ICN", "ap-northeast-2"),
            Map.entry("BOM", "ap-south-1"),
            Map.entry("SIN", "ap-southeast-1"),
            Map.entry("SYD", "ap-southeast-2"));

    /**
     * That of an edge.
     *
     * @param address where it listens; one that stands for all of a machine's tells nothing
     */
    public static EdgeLocation of(String pop, @Nullable InetAddress address) {
        String serverIp = address == null || address.isAnyLocalAddress() ? "" : address.getHostAddress();
        return new EdgeLocation(pop, serverIp, REGIONS.getOrDefault(pop, ""));
    }

    String json() {
        JsonText json = new JsonText().open();
        if (!name.isEmpty()) json.name("name").text(name);
        if (!serverIp.isEmpty()) json.name("serverIp").text(serverIp);
        if (!region.isEmpty()) json.name("region").text(region);
        return json.close().toString();
    }
}
