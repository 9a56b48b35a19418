package dev.perigee.lab.tour;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** The report as one JSON document for programs. */
public final class JsonReport {
    private static final ObjectMapper JSON = new ObjectMapper();

    private JsonReport() {}

    public static String of(TourReport report) {
        ObjectNode document = JSON.createObjectNode();
        var places = document.putArray("places");
        for (PlaceReport place : report.places()) {
            ObjectNode node = places.addObject();
            node.put("place", place.place());
            node.put("pop", place.pop());
            cases(node.putObject("gallery"), place.gallery());
            cases(node.putObject("full"), place.full());
        }
        ObjectNode workload = document.putObject("workload");
        workload.put("requests", report.workload().requests());
        workload.put("originRequests", report.workload().originRequests());
        workload.put("originOffload", report.workload().originOffload());
        workload.put("bytes", report.workload().bytes());
        workload.put("originBytes", report.workload().originBytes());
        document.put("deployMs", report.deployMs());
        return document.toString();
    }

    private static void cases(ObjectNode node, Cases cases) {
        timing(node.putObject("direct"), cases.direct());
        timing(node.putObject("first"), cases.first());
        timing(node.putObject("cached"), cases.cached());
    }

    private static void timing(ObjectNode node, Timing timing) {
        node.put("dnsMs", timing.dnsMs());
        node.put("tcpMs", timing.tcpMs());
        node.put("tlsMs", timing.tlsMs());
        node.put("firstByteMs", timing.firstByteMs());
        node.put("downloadMs", timing.downloadMs());
        node.put("totalMs", timing.totalMs());
    }
}
