using System.Diagnostics.CodeAnalysis;

namespace LogBroker.Storage.Disk;

/// <summary>The disk refused or failed an operation.</summary>
[SuppressMessage("Design", "CA1032:Implement standard exception constructors", Justification = "It always has a fault.")]
public sealed class DiskException : IOException
{
    public DiskException(DiskFault fault, string operation, string path, string reason, Exception? cause = null)
        : base($"{operation} {path}: {reason}", cause)
    {
        Fault = fault;
        Path = path;
    }

    public DiskFault Fault { get; }

    public string Path { get; }
}

/// <summary>Why the disk failed, as far as the log acts on it.</summary>
public enum DiskFault
{
    Other,

    /// <summary>The device is full or the quota is used up; passes when room is made.</summary>
    NoSpace,

    /// <summary>The device failed to read or write (EIO).</summary>
    Device,

    /// <summary>The file system is mounted read-only, often after a device error.</summary>
    ReadOnly,

    NotFound,

    AccessDenied,

    /// <summary>The process has no file descriptors left.</summary>
    TooManyOpenFiles,
}
