package dev.perigee.control.resource;

import dev.perigee.control.api.Handlers;
import dev.perigee.control.api.Refused;
import dev.perigee.control.api.Xml;
import dev.perigee.control.resource.Tables.Kind;
import dev.perigee.control.resource.Tables.Row;
import java.sql.SQLException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudfront.model.CreateMonitoringSubscriptionRequest;
import software.amazon.awssdk.services.cloudfront.model.CreateMonitoringSubscriptionResponse;
import software.amazon.awssdk.services.cloudfront.model.DeleteMonitoringSubscriptionRequest;
import software.amazon.awssdk.services.cloudfront.model.DeleteMonitoringSubscriptionResponse;
import software.amazon.awssdk.services.cloudfront.model.GetMonitoringSubscriptionRequest;
import software.amazon.awssdk.services.cloudfront.model.GetMonitoringSubscriptionResponse;
import software.amazon.awssdk.services.cloudfront.model.MonitoringSubscription;
import software.amazon.awssdk.services.cloudfront.model.RealtimeMetricsSubscriptionConfig;
import software.amazon.awssdk.services.cloudfront.model.RealtimeMetricsSubscriptionStatus;

/** Which distributions have the additional metrics of CloudWatch. */
final class MonitoringSubscriptions {
    private static final Kind KIND = Kind.MONITORING;
    private static final String ROOT = "MonitoringSubscription";

    private final Store store;
    private final Settings settings;

    MonitoringSubscriptions(Store store, Settings settings) {
        this.store = store;
        this.settings = settings;
    }

    void addTo(Handlers handlers) {
        handlers.on(
                        CreateMonitoringSubscriptionRequest::builder,
                        CreateMonitoringSubscriptionRequest.class,
                        this::create)
                .on(GetMonitoringSubscriptionRequest::builder, GetMonitoringSubscriptionRequest.class, this::get)
                .on(
                        DeleteMonitoringSubscriptionRequest::builder,
                        DeleteMonitoringSubscriptionRequest.class,
                        this::delete);
    }

    static boolean isEnabled(Tables tables, String distribution) throws SQLException {
        Row row = tables.find(KIND, distribution);
        return row != null && status(of(row)) == RealtimeMetricsSubscriptionStatus.ENABLED;
    }

    private static MonitoringSubscription of(Row row) {
        return Xml.parse(row.body(), ROOT, MonitoringSubscription.builder(), MonitoringSubscription.class);
    }

    private static @Nullable RealtimeMetricsSubscriptionStatus status(MonitoringSubscription subscription) {
        RealtimeMetricsSubscriptionConfig config = subscription.realtimeMetricsSubscriptionConfig();
        return config == null ? null : config.realtimeMetricsSubscriptionStatus();
    }

    private CreateMonitoringSubscriptionResponse create(CreateMonitoringSubscriptionRequest request) throws Refused {
        MonitoringSubscription wanted = request.monitoringSubscription();
        RealtimeMetricsSubscriptionStatus status = status(wanted);
        Refused.unless(
                status == RealtimeMetricsSubscriptionStatus.ENABLED
                        || status == RealtimeMetricsSubscriptionStatus.DISABLED,
                "InvalidArgument",
                "The RealtimeMetricsSubscriptionStatus is not Enabled or Disabled.");
        String id = request.distributionId();
        return store.write(tables -> {
            Distributions.existing(tables, id);
            Row old = tables.find(KIND, id);
            // There is no operation to change one: tools create it again with the other status.
            Refused.unless(
                    old == null || status(of(old)) != status,
                    "MonitoringSubscriptionAlreadyExists",
                    "There is a monitoring subscription for distribution " + id + " already.");
            Instant now = settings.clock().instant();
            if (old != null) tables.delete(KIND, id);
            tables.insert(
                    KIND,
                    new Row(id, id, null, tables.revision(), settings.ids().etag(), Xml.write(ROOT, wanted), now, now));
            return CreateMonitoringSubscriptionResponse.builder()
                    .monitoringSubscription(wanted)
                    .build();
        });
    }

    private GetMonitoringSubscriptionResponse get(GetMonitoringSubscriptionRequest request) throws Refused {
        MonitoringSubscription found = store.read(tables -> of(existing(tables, request.distributionId())));
        return GetMonitoringSubscriptionResponse.builder()
                .monitoringSubscription(found)
                .build();
    }

    private DeleteMonitoringSubscriptionResponse delete(DeleteMonitoringSubscriptionRequest request) throws Refused {
        store.write(tables -> {
            existing(tables, request.distributionId());
            tables.delete(KIND, request.distributionId());
            return tables.revision();
        });
        return DeleteMonitoringSubscriptionResponse.builder().build();
    }

    private static Row existing(Tables tables, String id) throws Refused, SQLException {
        Distributions.existing(tables, id);
        Row row = tables.find(KIND, id);
        if (row == null) {
            throw new Refused(
                    "NoSuchMonitoringSubscription", "There is no monitoring subscription for distribution " + id + ".");
        }
        return row;
    }
}
