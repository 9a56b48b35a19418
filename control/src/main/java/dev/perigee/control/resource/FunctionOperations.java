package dev.perigee.control.resource;

import static dev.perigee.control.api.Refused.unless;

import dev.perigee.control.api.Handlers;
import dev.perigee.control.api.Refused;
import dev.perigee.control.resource.Tables.Kind;
import dev.perigee.control.resource.Tables.Row;
import dev.perigee.core.plan.EdgeFunction;
import dev.perigee.core.plan.KeyValueStore;
import dev.perigee.function.FunctionEngine;
import dev.perigee.function.FunctionLimits;
import dev.perigee.function.FunctionTrial;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.model.CreateFunctionRequest;
import software.amazon.awssdk.services.cloudfront.model.CreateFunctionResponse;
import software.amazon.awssdk.services.cloudfront.model.DeleteFunctionRequest;
import software.amazon.awssdk.services.cloudfront.model.DeleteFunctionResponse;
import software.amazon.awssdk.services.cloudfront.model.DescribeFunctionRequest;
import software.amazon.awssdk.services.cloudfront.model.DescribeFunctionResponse;
import software.amazon.awssdk.services.cloudfront.model.FunctionList;
import software.amazon.awssdk.services.cloudfront.model.FunctionStage;
import software.amazon.awssdk.services.cloudfront.model.FunctionSummary;
import software.amazon.awssdk.services.cloudfront.model.GetFunctionRequest;
import software.amazon.awssdk.services.cloudfront.model.GetFunctionResponse;
import software.amazon.awssdk.services.cloudfront.model.ListFunctionsRequest;
import software.amazon.awssdk.services.cloudfront.model.ListFunctionsResponse;
import software.amazon.awssdk.services.cloudfront.model.PublishFunctionRequest;
import software.amazon.awssdk.services.cloudfront.model.PublishFunctionResponse;
import software.amazon.awssdk.services.cloudfront.model.Tag;
import software.amazon.awssdk.services.cloudfront.model.TestFunctionRequest;
import software.amazon.awssdk.services.cloudfront.model.TestFunctionResponse;
import software.amazon.awssdk.services.cloudfront.model.UpdateFunctionRequest;
import software.amazon.awssdk.services.cloudfront.model.UpdateFunctionResponse;

/**
 * The operations on CloudFront Functions. A function has one row a stage; publishing copies the one of DEVELOPMENT to the
 * one of LIVE, from which plans are made.
 */
final class FunctionOperations {
    /** CloudFront's quota per account. */
    private static final int MAX = 100;

    private static final int EVENT_MAX = 40_960;

    private final Store store;
    private final Settings settings;
    private final DistributionViews views;
    private final FunctionEngine engine;

    FunctionOperations(Store store, Settings settings, FunctionEngine engine) {
        this.engine = engine;
        this.store = store;
        this.settings = settings;
        this.views = new DistributionViews(settings);
    }

    void addTo(Handlers handlers) {
        handlers.on(CreateFunctionRequest::builder, CreateFunctionRequest.class, this::create)
                .on(DescribeFunctionRequest::builder, DescribeFunctionRequest.class, this::describe)
                .on(GetFunctionRequest::builder, GetFunctionRequest.class, this::get)
                .on(UpdateFunctionRequest::builder, UpdateFunctionRequest.class, this::update)
                .on(PublishFunctionRequest::builder, PublishFunctionRequest.class, this::publish)
                .on(DeleteFunctionRequest::builder, DeleteFunctionRequest.class, this::delete)
                .on(ListFunctionsRequest::builder, ListFunctionsRequest.class, this::list)
                .on(TestFunctionRequest::builder, TestFunctionRequest.class, this::test);
    }

    /** A row with what is said of it. */
    private record Shown(FunctionSummary summary, String etag) {}

    private CreateFunctionResponse create(CreateFunctionRequest request) throws Refused {
        FunctionRules.checkName(request.name());
        FunctionRules.check(request.functionConfig(), request.functionCode());
        List<Tag> tags = request.tags() == null ? List.of() : request.tags().items();
        String body = Functions.body(CreateFunctionRequest.builder()
                .name(request.name())
                .functionConfig(request.functionConfig())
                .functionCode(request.functionCode())
                .build());
        Shown shown = store.write(tables -> {
            unless(
                    tables.find(Kind.FUNCTION, request.name()) == null,
                    "FunctionAlreadyExists",
                    "A function with the name '" + request.name() + "' exists already.");
            unless(
                    tables.count(Kind.FUNCTION) < MAX,
                    "TooManyFunctions",
                    "There are " + MAX + " functions already, which is the limit.");
            FunctionRules.checkStores(tables, settings.accountId(), request.functionConfig());
            Instant now = settings.clock().instant();
            String name = request.name();
            Row row =
                    new Row(name, name, null, tables.revision(), settings.ids().etag(), body, now, now);
            tables.insert(Kind.FUNCTION, row);
            Tags.add(tables, arn(name), tags);
            return shown(tables, Kind.FUNCTION, row);
        });
        return CreateFunctionResponse.builder()
                .functionSummary(shown.summary())
                .location(Settings.LOCATION + "function/" + arn(request.name()))
                .eTag(shown.etag())
                .build();
    }

    private DescribeFunctionResponse describe(DescribeFunctionRequest request) throws Refused {
        Kind kind = Functions.kind(request.stageAsString());
        Shown shown = store.read(tables -> shown(tables, kind, Functions.existing(tables, kind, request.name())));
        return DescribeFunctionResponse.builder()
                .functionSummary(shown.summary())
                .eTag(shown.etag())
                .build();
    }

    private GetFunctionResponse get(GetFunctionRequest request) throws Refused {
        Kind kind = Functions.kind(request.stageAsString());
        Row row = store.read(tables -> Functions.existing(tables, kind, request.name()));
        return GetFunctionResponse.builder()
                .functionCode(Functions.content(row).functionCode())
                .contentType("application/octet-stream")
                .eTag(row.etag())
                .build();
    }

    private UpdateFunctionResponse update(UpdateFunctionRequest request) throws Refused {
        FunctionRules.check(request.functionConfig(), request.functionCode());
        Shown shown = store.write(tables -> {
            Row old = current(tables, request.name(), request.ifMatch());
            FunctionRules.checkStores(tables, settings.accountId(), request.functionConfig());
            String body = Functions.body(CreateFunctionRequest.builder()
                    .name(old.id())
                    .functionConfig(request.functionConfig())
                    .functionCode(request.functionCode())
                    .build());
            Row row = changed(old, tables.revision(), body);
            tables.replace(Kind.FUNCTION, row);
            return shown(tables, Kind.FUNCTION, row);
        });
        return UpdateFunctionResponse.builder()
                .functionSummary(shown.summary())
                .eTag(shown.etag())
                .build();
    }

    private PublishFunctionResponse publish(PublishFunctionRequest request) throws Refused {
        Shown shown = store.write(tables -> {
            Row developed = current(tables, request.name(), request.ifMatch());
            Row before = tables.find(Kind.LIVE_FUNCTION, request.name());
            Row live = changed(before == null ? developed : before, tables.advance(), developed.body());
            if (before == null) tables.insert(Kind.LIVE_FUNCTION, live);
            else tables.replace(Kind.LIVE_FUNCTION, live);
            Distributions.touch(tables, users(tables, live.id()), live.revision());
            return shown(tables, Kind.LIVE_FUNCTION, live);
        });
        return PublishFunctionResponse.builder()
                .functionSummary(shown.summary())
                .build();
    }

    private DeleteFunctionResponse delete(DeleteFunctionRequest request) throws Refused {
        store.write(tables -> {
            Row old = current(tables, request.name(), request.ifMatch());
            for (Row user : users(tables, old.id())) {
                throw new Refused(
                        "FunctionInUse",
                        "The function " + old.id() + " is associated with distribution " + user.id() + ".");
            }
            tables.delete(Kind.FUNCTION, old.id());
            tables.delete(Kind.LIVE_FUNCTION, old.id());
            Tags.drop(tables, arn(old.id()));
            return tables.advance();
        });
        return DeleteFunctionResponse.builder().build();
    }

    private TestFunctionResponse test(TestFunctionRequest request) throws Refused {
        int size = request.eventObject().asByteArrayUnsafe().length;
        unless(
                size <= EVENT_MAX,
                "InvalidArgument",
                "The EventObject has " + size + " bytes, more than " + EVENT_MAX + ".");
        Kind kind = Functions.kind(request.stageAsString());
        record Tested(FunctionSummary summary, EdgeFunction function, Collection<KeyValueStore> stores) {}
        Tested tested = store.read(tables -> {
            Row row = Functions.existing(tables, kind, request.name());
            Preconditions.check(request.ifMatch(), row.etag(), "function " + row.id());
            EdgeFunction function = Functions.compiled(row);
            return new Tested(
                    shown(tables, kind, row).summary(),
                    function,
                    KeyValueStores.read(tables, function.stores(), Map.of()).values());
        });
        FunctionTrial.Report report;
        try {
            report = FunctionTrial.run(
                    engine,
                    FunctionLimits.standard(),
                    tested.function(),
                    tested.stores(),
                    request.eventObject().asByteArrayUnsafe(),
                    settings.clock().millis());
        } catch (FunctionTrial.BadEvent e) {
            throw new Refused("InvalidArgument", "The EventObject is not valid. " + e.getMessage());
        }
        return TestFunctionResponse.builder()
                .testResult(result -> result.functionSummary(tested.summary())
                        .computeUtilization(Integer.toString(report.utilization()))
                        .functionExecutionLogs(report.logs())
                        .functionErrorMessage(report.error())
                        .functionOutput(report.output()))
                .build();
    }

    /** Both stages of a function stand side by side; the marker names the last one shown. */
    private ListFunctionsResponse list(ListFunctionsRequest request) throws Refused {
        Page page = Page.of(request.marker(), request.maxItems());
        String stage = request.stageAsString();
        List<FunctionSummary> all = store.read(tables -> {
            List<FunctionSummary> found = new ArrayList<>();
            for (Kind kind : List.of(Kind.FUNCTION, Kind.LIVE_FUNCTION)) {
                if (stage != null && Functions.kind(stage) != kind) continue;
                for (Row row : tables.all(kind))
                    found.add(shown(tables, kind, row).summary());
            }
            return found;
        });
        List<FunctionSummary> after = all.stream()
                .filter(each -> marker(each).compareTo(page.marker()) > 0)
                .sorted(Comparator.comparing(FunctionOperations::marker))
                .limit(page.rows())
                .toList();
        List<FunctionSummary> items = page.shown(after);
        return ListFunctionsResponse.builder()
                .functionList(FunctionList.builder()
                        .maxItems(page.maxItems())
                        .quantity(items.size())
                        .items(items)
                        .nextMarker(page.truncated(after) ? marker(items.getLast()) : null)
                        .build())
                .build();
    }

    private static String marker(FunctionSummary summary) {
        return summary.name() + "/" + summary.functionMetadata().stageAsString();
    }

    private Row current(Tables tables, String name, @Nullable String ifMatch) throws Refused, SQLException {
        Row row = Functions.existing(tables, Kind.FUNCTION, name);
        Preconditions.check(ifMatch, row.etag(), "function " + name);
        return row;
    }

    private Row changed(Row old, long revision, String body) {
        return new Row(
                old.id(),
                old.id(),
                null,
                revision,
                settings.ids().etag(),
                body,
                old.created(),
                settings.clock().instant());
    }

    private List<Row> users(Tables tables, String name) throws SQLException {
        return Distributions.using(tables, Functions.uses(arn(name)));
    }

    private String arn(String name) {
        return Ids.arn(settings.accountId(), Kind.FUNCTION.column, name);
    }

    private Shown shown(Tables tables, Kind kind, Row row) throws SQLException {
        boolean live = kind == Kind.LIVE_FUNCTION;
        FunctionSummary summary = FunctionSummary.builder()
                .name(row.id())
                .status(status(tables, row, live))
                .functionConfig(Functions.content(row).functionConfig())
                .functionMetadata(metadata -> metadata.functionARN(arn(row.id()))
                        .stage(live ? FunctionStage.LIVE : FunctionStage.DEVELOPMENT)
                        .createdTime(row.created())
                        .lastModifiedTime(row.modified()))
                .build();
        return new Shown(summary, row.etag());
    }

    /** What is developed and not published is unpublished, whatever an earlier version of it does. */
    private String status(Tables tables, Row row, boolean live) throws SQLException {
        Row published = live ? row : tables.find(Kind.LIVE_FUNCTION, row.id());
        if (published == null || !published.body().equals(row.body())) return "UNPUBLISHED";
        List<Row> users = users(tables, row.id());
        if (users.isEmpty()) return "UNASSOCIATED";
        return users.stream().allMatch(views::deployed) ? "DEPLOYED" : "IN_PROGRESS";
    }
}
