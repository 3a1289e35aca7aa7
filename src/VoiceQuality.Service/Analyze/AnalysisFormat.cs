namespace VoiceQuality.Service.Analyze;

/// <summary>How an analysis is written.</summary>
internal enum AnalysisFormat
{
    /// <summary>For a person: calls, then streams.</summary>
    Table,

    /// <summary>One JSON document.</summary>
    Json,

    /// <summary>One JSON object a line, each as soon as it is final.</summary>
    Ndjson,

    /// <summary>One row a stream.</summary>
    Csv,
}
