using Microsoft.Extensions.DependencyInjection;
using VoiceQuality.Service.Api;
using VoiceQuality.Service.Ingest;
using VoiceQuality.Service.Telemetry;
using VoiceQuality.Service.TrustPage;
using VoiceQuality.Storage;

namespace VoiceQuality.Service.Tests.Ingest;

/// <summary>An assessor over a database, with the parts that the service gives it.</summary>
internal static class Assessors
{
    public static CreditAssessor Of(
        Database database, AccountDirectory accounts, ServiceMetrics metrics, TimeProvider time)
    {
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(database);
        services.AddSingleton(accounts);
        services.AddSingleton<IAccountBookSource>(accounts);
        services.AddSingleton(metrics);
        services.AddSingleton(time);
        services.AddSingleton(new AssessorPace(TimeSpan.FromMinutes(5)));
        services.AddApi();
        return ActivatorUtilities.CreateInstance<CreditAssessor>(services.BuildServiceProvider());
    }
}
