using Microsoft.AspNetCore.Http.HttpResults;
using VoiceQuality.Service.Pages;

namespace VoiceQuality.Service.Hosting;

/// <summary>What an orchestrator asks: is the process alive, and does it do its work.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health/live", () => TypedResults.Json(new LiveResponse("live"))).AnswersHead();
        routes.MapGet("/health/ready", GetReady).AnswersHead();
    }

    private static JsonHttpResult<HealthReport> GetReady(ServiceHealth health, HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        var report = health.Check();
        return TypedResults.Json(
            report,
            statusCode: report.IsReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    private sealed record LiveResponse(string Status);
}
