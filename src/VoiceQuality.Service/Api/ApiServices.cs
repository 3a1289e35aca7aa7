using Microsoft.Extensions.DependencyInjection.Extensions;
using VoiceQuality.Service.Audit;
using VoiceQuality.Service.Claims;
using VoiceQuality.Service.Failures;
using VoiceQuality.Service.Noc;
using VoiceQuality.Service.Policies;
using VoiceQuality.Service.Rating;
using VoiceQuality.Service.Reference;
using VoiceQuality.Service.Rescoring;
using VoiceQuality.Service.Signalling;
using VoiceQuality.Service.TrustPage;
using VoiceQuality.Storage.Calls;
using VoiceQuality.Storage.Credits;
using VoiceQuality.Storage.Ledger;
using VoiceQuality.Storage.Months;
using VoiceQuality.Storage.Policies;
using VoiceQuality.Storage.Rescoring;
using VoiceQuality.Storage.Usage;

namespace VoiceQuality.Service.Api;

/// <summary>What API and pages share: the queries, and the description of the interface.</summary>
internal static class ApiServices
{
    /// <summary>
    /// Adds the queries behind pages and API. It needs the open database and the host's
    /// <see cref="IAccountBookSource"/>.
    /// </summary>
    public static IServiceCollection AddApi(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<PolicyRepository>();
        services.TryAddSingleton<PolicyDirectory>();
        services.AddReference();
        services.AddFailures();
        services.AddAudit();
        services.TryAddSingleton<CallQueries>();
        services.TryAddSingleton<MonthQueries>();
        services.TryAddSingleton<CreditRepository>();
        services.TryAddSingleton<UsageQueries>();
        services.TryAddSingleton<UsageRepository>();
        services.TryAddSingleton<LedgerRepository>();
        services.AddClaims();
        services.TryAddSingleton<StoredContractData>();
        services.TryAddSingleton<AssessedMonths>();
        services.TryAddSingleton<NetworkFigures>();
        services.TryAddSingleton<ScoringPolicyRepository>();
        services.TryAddSingleton<ScoringDirectory>();
        services.TryAddSingleton<CallPages>();
        services.TryAddSingleton<AccountList>();
        services.AddRating();
        services.AddSignalling();
        services.AddProblemDetails(options => options.CustomizeProblemDetails = context =>
        {
            // What is not there is answered in the same octets each time, so nothing can be learned by asking.
            if (context.ProblemDetails.Status == StatusCodes.Status404NotFound)
            {
                context.ProblemDetails.Extensions.Remove("traceId");
            }
        });
        services.AddOpenApi("v1", options =>
        {
            // HEAD is GET without the body; described twice, it would take the operation's id twice.
            var isOfDocument = options.ShouldInclude;
            options.ShouldInclude = route => route.HttpMethod != HttpMethods.Head && isOfDocument(route);
            options.AddDocumentTransformer((document, _, _) =>
            {
                document.Info.Title = "VoiceQuality";
                document.Info.Version = "v1";
                document.Info.Description =
                    "Voice quality by call, business unit and month, and the credits that the contract gives for it. "
                    + "Times are ISO 8601 in UTC with microseconds, money is a string with a decimal point in US "
                    + "dollars, and what is not known is null. What answers GET answers HEAD too.";
                return Task.CompletedTask;
            });
        });
        return services;
    }
}
