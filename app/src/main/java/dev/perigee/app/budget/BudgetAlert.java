package dev.perigee.app.budget;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Locale;

/**
 * A part of a distribution's budget is spent.
 *
 * @param month as in 2026-11, of UTC
 * @param percent the share that was reached: 50, 80 or 100
 */
public record BudgetAlert(String distribution, String month, int percent, double spentUsd, double budgetUsd) {
    /** The document that a webhook gets. */
    public String json() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("event", "budget")
                .put("distribution", distribution)
                .put("month", month)
                .put("percent", percent)
                .put("spentUsd", spentUsd)
                .put("budgetUsd", budgetUsd)
                .put("text", text())
                .toString();
    }

    /** For people. */
    public String text() {
        return String.format(
                Locale.ROOT,
                "Distribution %s has spent %.2f USD in %s, %d %% of its budget of %.2f USD, at CloudFront's list prices.",
                distribution,
                spentUsd,
                month,
                percent,
                budgetUsd);
    }
}
