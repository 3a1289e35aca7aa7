using VoiceQuality.Service.Audit;
using VoiceQuality.Service.Claims;
using VoiceQuality.Service.Failures;
using VoiceQuality.Service.Noc;
using VoiceQuality.Service.Pages;
using VoiceQuality.Service.Rating;
using VoiceQuality.Service.Signalling;

namespace VoiceQuality.Service.Api;

/// <summary>The interface for programs.</summary>
internal static class ApiEndpoints
{
    /// <summary>Maps <c>/api/v1/…</c> and its description at <c>/openapi/v1.json</c>.</summary>
    public static IEndpointRouteBuilder MapApi(this IEndpointRouteBuilder routes)
    {
        routes.MapOpenApi("/openapi/{documentName}.json").WithMetadata(new AccessGroupMetadata(AccessGroup.Public))
            .AnswersHead();
        BillingEndpoints.Map(routes);
        AccountEndpoints.Map(routes);
        UsageEndpoints.MapApi(routes);
        PolicyEndpoints.Map(routes);
        ClaimEndpoints.Map(routes);
        RestatementEndpoints.Map(routes);
        LedgerEndpoints.Map(routes);
        PostingPeriodEndpoints.Map(routes);
        DollarsAtRiskEndpoints.Map(routes);
        CallEndpoints.Map(routes);
        SignallingEndpoints.Map(routes);
        FailureEndpoints.Map(routes);
        AlarmEndpoints.Map(routes);
        ExclusionEndpoints.Map(routes);
        ReferenceEndpoints.Map(routes);
        AuditEndpoints.Map(routes);
        routes.MapAccessGroup(AccessGroup.Public).ExcludeFromDescription()
            .MapFallback("/api/{**rest}", static () => Missing.Problem());
        return routes;
    }
}
