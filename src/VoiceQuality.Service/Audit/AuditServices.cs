using Microsoft.Extensions.DependencyInjection.Extensions;

namespace VoiceQuality.Service.Audit;

/// <summary>What the audit trail needs.</summary>
internal static class AuditServices
{
    /// <summary>Adds the trail, in its own file next to the open database unless the settings name another.</summary>
    public static IServiceCollection AddAudit(this IServiceCollection services)
    {
        services.TryAddSingleton<AuditOptions>();
        services.TryAddSingleton(provider => new AuditLog(
            provider.GetRequiredService<AuditOptions>(),
            provider.GetRequiredService<Storage.Database>(),
            provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<AccessLog>();
        services.AddHostedService(provider => provider.GetRequiredService<AccessLog>());
        return services;
    }
}
