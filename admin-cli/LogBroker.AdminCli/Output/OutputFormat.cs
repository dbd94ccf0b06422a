namespace LogBroker.AdminCli.Output;

/// <summary>How results are written to standard output.</summary>
internal enum OutputFormat
{
    /// <summary>For people: aligned columns, colour where the terminal has it.</summary>
    Table,

    /// <summary>One JSON value.</summary>
    Json,

    /// <summary>One JSON value a line.</summary>
    Ndjson,

    /// <summary>One YAML document.</summary>
    Yaml,

    /// <summary>Cells with tabs between them, without headers: for cut, awk and read.</summary>
    Plain,
}
