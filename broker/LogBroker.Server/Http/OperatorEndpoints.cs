using LogBroker.Server.Hosting;
using Microsoft.Net.Http.Headers;

namespace LogBroker.Server.Http;

/// <summary>What operators and their tools ask over HTTP.</summary>
internal static class OperatorEndpoints
{
    private const string PlainText = "text/plain; charset=utf-8";

    /// <summary><c>/health</c>: 200 while the process can answer at all. <c>/ready</c>: 200 when clients are answered, else
    /// 503 and why. <c>/metrics</c>: Prometheus text.</summary>
    public static void MapOperatorEndpoints(this WebApplication application)
    {
        var readiness = application.Services.GetRequiredService<BrokerReadiness>();
        var groups = application.Services.GetRequiredService<GroupMetrics>();
        var metrics = application.Services.GetRequiredService<MetricsSnapshot>();
        application.MapGet("/health", context => AnswerAsync(context, StatusCodes.Status200OK, "ok\n"));
        application.MapGet("/ready", context => readiness.NotReadyReason is { } reason
            ? AnswerAsync(context, StatusCodes.Status503ServiceUnavailable, $"not ready: {reason}\n")
            : AnswerAsync(context, StatusCodes.Status200OK, "ready\n"));
        application.MapGet("/metrics", async context =>
        {
            await groups.RefreshAsync();
            await AnswerAsync(context, StatusCodes.Status200OK, metrics.ToPrometheusText(), PrometheusText.ContentType);
        });
    }

    private static Task AnswerAsync(HttpContext context, int status, string body, string contentType = PlainText)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        context.Response.Headers[HeaderNames.CacheControl] = "no-store";
        return context.Response.WriteAsync(body, context.RequestAborted);
    }
}
