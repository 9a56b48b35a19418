package dev.perigee.app.cli;

import java.io.IOException;
import java.io.StringReader;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** The names under which one distribution is reached, from the API's list. */
record DistributionNames(String id, String domain, List<String> aliases) {
    private static final String SUMMARY = "DistributionList/Items/DistributionSummary";
    private static final int PAGES_MAX = 1_000;

    DistributionNames {
        aliases = List.copyOf(aliases);
    }

    /** A page of the list. */
    private record Page(List<DistributionNames> distributions, String nextMarker) {}

    static List<DistributionNames> list(SignedCall api) throws IOException {
        var all = new ArrayList<DistributionNames>();
        String marker = "";
        for (int page = 0; page < PAGES_MAX; page++) {
            Page next = page(api, marker);
            all.addAll(next.distributions());
            if (next.nextMarker().isEmpty()) return all;
            marker = next.nextMarker();
        }
        throw new IOException("the list of distributions does not end");
    }

    private static Page page(SignedCall api, String marker) throws IOException {
        String query = marker.isEmpty()
                ? "MaxItems=100"
                : "Marker=" + URLEncoder.encode(marker, StandardCharsets.UTF_8) + "&MaxItems=100";
        String answer = api.cloudFront("GET", "/2020-05-31/distribution?" + query, "");
        try {
            return parse(answer);
        } catch (XMLStreamException e) {
            throw new IOException("the API's list cannot be read", e);
        }
    }

    static List<DistributionNames> parseList(String xml) throws XMLStreamException {
        return parse(xml).distributions();
    }

    private static Page parse(String xml) throws XMLStreamException {
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, true);
        XMLStreamReader reader = factory.createXMLStreamReader(new StringReader(xml));
        Deque<String> path = new ArrayDeque<>();
        var found = new ArrayList<DistributionNames>();
        var aliases = new ArrayList<String>();
        String id = "";
        String domain = "";
        String next = "";
        while (reader.hasNext()) {
            switch (reader.next()) {
                case XMLStreamReader.START_ELEMENT -> path.addLast(reader.getLocalName());
                case XMLStreamReader.CHARACTERS -> {
                    String here = String.join("/", path);
                    if (here.equals(SUMMARY + "/Id")) id = reader.getText();
                    if (here.equals(SUMMARY + "/DomainName")) domain = reader.getText();
                    if (here.equals(SUMMARY + "/Aliases/Items/CNAME")) aliases.add(reader.getText());
                    if (here.equals("DistributionList/NextMarker")) next = reader.getText();
                }
                case XMLStreamReader.END_ELEMENT -> {
                    if (String.join("/", path).equals(SUMMARY)) {
                        found.add(new DistributionNames(id, domain, aliases));
                        aliases.clear();
                    }
                    path.removeLast();
                }
                default -> {}
            }
        }
        return new Page(found, next);
    }
}
