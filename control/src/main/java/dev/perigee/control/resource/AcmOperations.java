package dev.perigee.control.resource;

import static dev.perigee.control.api.Refused.unless;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.perigee.control.api.JsonApi;
import dev.perigee.control.api.Refused;
import dev.perigee.control.resource.Certificates.Entry;
import dev.perigee.control.resource.Tables.Row;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The Certificate Manager, as far as users of CloudFront need it. */
final class AcmOperations implements JsonApi {
    /** ACM's quota. */
    private static final int MAX = 2500;

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final Pattern ARN =
            Pattern.compile("arn:aws[a-z-]*:acm:[a-z0-9-]+:[0-9]{12}:certificate/[A-Za-z0-9-]+");
    private static final int PAGE_MAX = 1000;
    /** When the last one shown was created, and its ARN. */
    private static final Pattern TOKEN = Pattern.compile("([0-9]{1,15}) (arn:.{1,300})");

    private final Store store;
    private final Settings settings;
    private final AcmTags tags;
    private final RequestedCertificates requests;
    private final AcmChanges changes;

    /** @param requested told when a certificate is to be ordered */
    AcmOperations(Store store, Settings settings, Runnable requested) {
        this.store = store;
        this.settings = settings;
        this.tags = new AcmTags(store);
        this.changes = new AcmChanges(store);
        this.requests = new RequestedCertificates(store, settings, tags, requested);
    }

    @Override
    public byte[] handle(String operation, String region, byte[] body) throws Refused {
        AcmInput input = new AcmInput(parsed(body));
        ObjectNode output = switch (operation) {
            case "ImportCertificate" -> importCertificate(input, region);
            case "RequestCertificate" -> object().put("CertificateArn", requests.request(input, newArn(region)));
            case "DescribeCertificate" -> describe(input);
            case "GetCertificate" -> get(input);
            case "ListCertificates" -> list(input, region);
            case "DeleteCertificate" -> delete(input);
            case "AddTagsToCertificate" -> tags.add(arn(input), input);
            case "RemoveTagsFromCertificate" -> tags.remove(arn(input), input);
            case "ListTagsForCertificate" -> tags.list(arn(input));
            case "RenewCertificate", "ResendValidationEmail", "UpdateCertificateOptions" -> change(operation, input);
            default -> throw new Refused("NotImplemented", "The ACM operation " + operation + " is not built yet.");
        };
        try {
            return output == null ? new byte[0] : JSON.writeValueAsBytes(output);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree can be written", e);
        }
    }

    private @Nullable ObjectNode change(String operation, AcmInput input) throws Refused {
        String arn = arn(input);
        switch (operation) {
            case "RenewCertificate" -> changes.renew(arn);
            case "ResendValidationEmail" -> changes.resend(input, arn);
            default -> changes.options(input, arn);
        }
        return null;
    }

    private static JsonNode parsed(byte[] body) throws Refused {
        try {
            JsonNode node = body.length == 0 ? JsonNodeFactory.instance.objectNode() : JSON.readTree(body);
            if (node != null && node.isObject()) return node;
        } catch (IOException e) {
            // Told below.
        }
        throw new Refused("SerializationException", "The request body is not a JSON object.");
    }

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    private static String arn(AcmInput input) throws Refused {
        String arn = input.required("CertificateArn");
        unless(ARN.matcher(arn).matches(), "InvalidArnException", "'" + arn + "' is not the ARN of a certificate.");
        return arn;
    }

    static Entry existing(Tables tables, String arn) throws Refused, SQLException {
        Entry entry = Certificates.find(tables, arn);
        if (entry == null) {
            throw new Refused("ResourceNotFoundException", "Could not find certificate " + arn + ".");
        }
        return entry;
    }

    private String newArn(String region) {
        return "arn:aws:acm:" + region + ":" + settings.accountId() + ":certificate/" + UUID.randomUUID();
    }

    static void checkRoom(Tables tables) throws Refused, SQLException {
        unless(
                Certificates.count(tables) < MAX,
                "LimitExceededException",
                "There are " + MAX + " certificates already, which is the limit.");
    }

    private ObjectNode importCertificate(AcmInput input, String region) throws Refused {
        Instant now = settings.clock().instant();
        CertificateMaterial material = CertificateMaterial.imported(
                input.blob("Certificate"),
                input.blob("PrivateKey"),
                input.has("CertificateChain") ? input.blob("CertificateChain") : null,
                now);
        String before = input.has("CertificateArn") ? arn(input) : null;
        List<AcmInput.Tag> given = input.tags();
        unless(
                before == null || given.isEmpty(),
                "ValidationException",
                "A certificate that is imported again keeps its tags; none can be given.");
        String arn = store.write(tables -> {
            if (before != null) return replace(tables, before, material, now);
            checkRoom(tables);
            String fresh = newArn(region);
            tables.advance();
            Certificates.put(tables, entry(fresh, material, now, now));
            tags.put(tables, fresh, given);
            return fresh;
        });
        return object().put("CertificateArn", arn);
    }

    private String replace(Tables tables, String arn, CertificateMaterial material, Instant now)
            throws Refused, SQLException {
        Entry old = existing(tables, arn);
        unless(
                old.isImported(),
                "ValidationException",
                "The certificate " + arn + " was requested, not imported, and cannot be imported again.");
        List<Row> users = Certificates.users(tables, arn);
        for (Row user : users) Certificates.checkReplacement(arn, material, user);
        Certificates.put(tables, entry(arn, material, old.created(), now));
        Distributions.touch(tables, users, tables.advance());
        return arn;
    }

    private Entry entry(String arn, CertificateMaterial material, Instant created, Instant now) {
        return Entry.unissued(arn, Entry.IMPORTED, material.names(), material.keyAlgorithm(), "", "", "", created, "")
                .with(material, settings.seal(), now, Duration.ZERO);
    }

    private ObjectNode describe(AcmInput input) throws Refused {
        String arn = arn(input);
        return store.read(tables -> {
            Entry entry = existing(tables, arn);
            List<String> users = Certificates.users(tables, arn).stream()
                    .map(row -> Ids.arn(settings.accountId(), "distribution", row.id()))
                    .toList();
            String lastError = CertificateOrders.of(tables, arn).lastError();
            Instant now = settings.clock().instant();
            return object().set("Certificate", AcmShapes.detail(entry, users, lastError, now));
        });
    }

    private ObjectNode get(AcmInput input) throws Refused {
        String arn = arn(input);
        Entry entry = store.read(tables -> existing(tables, arn));
        unless(
                !entry.isPending(),
                "RequestInProgressException",
                "The certificate " + arn + " is requested and has not been issued yet.");
        unless(entry.isIssued(), "ResourceNotFoundException", "The certificate " + arn + " was not issued.");
        ObjectNode output =
                object().put("Certificate", Pem.certificate(entry.encoded().getFirst()));
        List<String> others =
                entry.encoded().stream().skip(1).map(Pem::certificate).toList();
        if (!others.isEmpty()) output.put("CertificateChain", String.join("", others));
        return output;
    }

    private ObjectNode list(AcmInput input, String region) throws Refused {
        Instant now = settings.clock().instant();
        AcmFilter filter = AcmFilter.of(input);
        int max = input.number("MaxItems", 1, PAGE_MAX, PAGE_MAX);
        String token = input.text("NextToken", "");
        ObjectNode output = object();
        ArrayNode summaries = output.putArray("CertificateSummaryList");
        store.read(tables -> {
            List<Entry> entries = Certificates.list(tables).stream()
                    .filter(entry -> entry.arn().split(":", -1)[3].equals(region))
                    .filter(entry -> filter.takes(entry, now))
                    .toList();
            if (filter.ascending()) entries = entries.reversed();
            int from = token.isEmpty() ? 0 : indexAfter(entries, token, filter.ascending());
            int to = Math.min(entries.size(), from + max);
            Set<String> used = Certificates.used(tables);
            for (Entry entry : entries.subList(from, to)) {
                summaries.add(AcmShapes.summary(entry, used.contains(entry.arn()), now));
            }
            if (to < entries.size()) output.put("NextToken", token(entries.get(to - 1)));
            return to;
        });
        return output;
    }

    private static String token(Entry entry) {
        return entry.created().toEpochMilli() + " " + entry.arn();
    }

    /** By what the order goes by: who deletes what a page shows wants the next page all the same. */
    private static int indexAfter(List<Entry> entries, String token, boolean ascending) throws Refused {
        Matcher given = TOKEN.matcher(token);
        unless(given.matches(), "ValidationException", "The NextToken '" + token + "' is not one that was given out.");
        long created = Long.parseLong(given.group(1));
        for (int i = 0; i < entries.size(); i++) {
            Entry entry = entries.get(i);
            int newer = Long.compare(entry.created().toEpochMilli(), created);
            int after = newer == 0 ? entry.arn().compareTo(given.group(2)) : -newer;
            if (ascending ? after < 0 : after > 0) return i;
        }
        return entries.size();
    }

    private @Nullable ObjectNode delete(AcmInput input) throws Refused {
        String arn = arn(input);
        store.write(tables -> {
            existing(tables, arn);
            List<Row> users = Certificates.users(tables, arn);
            unless(
                    users.isEmpty(),
                    "ResourceInUseException",
                    "Certificate " + arn + " in use by distributions "
                            + Arrays.toString(users.stream().map(Row::id).toArray()) + ".");
            Certificates.delete(tables, arn);
            Tags.drop(tables, arn);
            return tables.advance();
        });
        return null;
    }
}
