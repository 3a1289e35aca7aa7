using VoiceQuality.Service.Pages;
using VoiceQuality.Service.Telemetry.Prometheus;

namespace VoiceQuality.Service.Hosting;

/// <summary><c>/metrics</c> for Prometheus.</summary>
internal static class MetricsEndpoint
{
    public static void MapMetrics(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/metrics", GetMetrics).AnswersHead();

    private static IResult GetMetrics(PrometheusCollector collector, HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        return Results.Text(collector.Collect(), PrometheusCollector.ContentType);
    }
}
