using VoiceQuality.Service.Audit;

namespace VoiceQuality.Service.Pages;

/// <summary>Who a route is for. Each route belongs to exactly one group.</summary>
internal enum AccessGroup
{
    /// <summary>Everybody: status and network-wide figures.</summary>
    Public,

    /// <summary>A customer, own account only (contract R-101).</summary>
    Account,

    /// <summary>The network operations centre: call detail.</summary>
    Noc,

    /// <summary>Billing systems: amounts, no call detail.</summary>
    Billing,

    /// <summary>Who reviews what was done: the audit trail, no call detail .</summary>
    Compliance,
}

/// <summary>Metadata of an endpoint that says whose it is.</summary>
/// <param name="Group">The group.</param>
internal sealed record AccessGroupMetadata(AccessGroup Group);

/// <summary>The one place where a route gets its audience, its authorization, its caching and its audit.</summary>
internal static class AccessGroups
{
    /// <summary>
    /// Starts a route group for <paramref name="group"/>. While the service has no login it listens on loopback alone,
    /// and the group is only recorded; an authorization policy per group is added here, once, for all of its routes.
    /// </summary>
    public static RouteGroupBuilder MapAccessGroup(
        this IEndpointRouteBuilder routes, AccessGroup group, string prefix = "") =>
        routes.MapGroup(prefix).WithMetadata(new AccessGroupMetadata(group)).AnswersHead()
            .AddEndpointFilter(ForbidStoringAsync).AddEndpointFilter(AuditRequests.RecordAsync);

    /// <summary>Maps a page.</summary>
    public static RouteHandlerBuilder MapPage(this RouteGroupBuilder group, string pattern, Delegate handler) =>
        group.MapMethods(pattern, [HttpMethods.Get, HttpMethods.Head], handler);

    // All figures move; and all but the public ones are one customer's (contract R-100).
    private static ValueTask<object?> ForbidStoringAsync(
        EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        context.HttpContext.Response.Headers.CacheControl = "no-store";
        return next(context);
    }
}
